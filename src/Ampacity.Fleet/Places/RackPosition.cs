using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Which face of a rack a thing is mounted on.</summary>
public enum RackFace : byte
{
    /// <summary>In the front, or through the whole depth.</summary>
    Front = 0,

    /// <summary>In the rear.</summary>
    Rear = 1,

    /// <summary>Beside the units (zero-U): strips, manifolds, cable managers.</summary>
    Side = 2,
}

/// <summary>
/// A position of a rack that its build does not fill: where one-off things are mounted. Written <c>u12</c>, <c>u12.5</c>,
/// <c>u12-rear</c>, <c>side-1</c>.
/// </summary>
/// <param name="HalfUnits">Twice the lowest rack unit from the bottom (RU or OU, as the rack counts), 2 to 200; on the side twice the
/// running number.</param>
/// <param name="Face">Which face.</param>
public readonly record struct RackPosition(int HalfUnits, RackFace Face)
{
    /// <summary>First part ordinal of free positions: those below are parts of the build.</summary>
    public const int FirstOrdinal = 60_000;

    private const int HighestUnit = 100;

    /// <summary>Whether a part ordinal is a free position.</summary>
    public static bool IsFree(int part) => part >= FirstOrdinal;

    /// <summary>Its part ordinal in stable keys, from <see cref="FirstOrdinal"/>; never changes for a position.</summary>
    public int Ordinal => FirstOrdinal + (HalfUnits * 4) + (int)Face;

    /// <summary>The position of a part ordinal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The ordinal is a part of a build.</exception>
    public static RackPosition Of(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ordinal, FirstOrdinal);
        return new((ordinal - FirstOrdinal) / 4, (RackFace)((ordinal - FirstOrdinal) % 4));
    }

    /// <summary>Reads the written form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RackPosition position)
    {
        position = default;
        if (text is null || text.Length is < 2 or > 12)
        {
            return false;
        }

        var span = text.AsSpan();
        var face = RackFace.Front;
        if (span.StartsWith("side-"))
        {
            face = RackFace.Side;
            span = span[5..];
        }
        else if (span[0] == 'u')
        {
            span = span[1..];
            if (span.EndsWith("-rear"))
            {
                face = RackFace.Rear;
                span = span[..^5];
            }
        }
        else
        {
            return false;
        }

        var half = 0;
        if (face != RackFace.Side && span.EndsWith(".5"))
        {
            half = 1;
            span = span[..^2];
        }

        if (!int.TryParse(span, NumberStyles.None, CultureInfo.InvariantCulture, out var unit) || unit is < 1 or > HighestUnit || span[0] == '0')
        {
            return false;
        }

        position = new((unit * 2) + half, face);
        return true;
    }

    /// <summary>The written form.</summary>
    public override string ToString()
    {
        var unit = string.Create(CultureInfo.InvariantCulture, $"{HalfUnits / 2}{(HalfUnits % 2 == 1 ? ".5" : "")}");
        return Face switch
        {
            RackFace.Side => $"side-{unit}",
            RackFace.Rear => $"u{unit}-rear",
            _ => $"u{unit}",
        };
    }
}
