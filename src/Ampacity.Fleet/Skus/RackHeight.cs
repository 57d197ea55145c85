using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Which ladder a rack's slots are counted on.</summary>
public enum RackUnit : byte
{
    /// <summary>EIA-310 rack unit, 44.45 mm.</summary>
    RU,

    /// <summary>Open Rack unit, 48 mm.</summary>
    OU,
}

/// <summary>
/// A height in rack units, halves allowed; RU and OU never mix. The slots of a build are whole: what is 1.5 units high takes two of
/// them there. Half positions exist only where things are mounted one by one (<see cref="RackPosition"/>).
/// </summary>
public readonly record struct RackHeight
{
    /// <summary>A whole number of units.</summary>
    /// <param name="count">How many, from 1 to 100.</param>
    /// <param name="unit">Of which kind.</param>
    public RackHeight(int count, RackUnit unit)
    {
        HalfUnits = count * 2;
        Unit = unit;
    }

    /// <summary>Twice the height in units, from 1 to 200.</summary>
    public int HalfUnits { get; private init; }

    /// <summary>Of which kind.</summary>
    public RackUnit Unit { get; }

    /// <summary>Whole units that it takes: half a unit takes one.</summary>
    public int Count => (HalfUnits + 1) / 2;

    /// <summary>The height in metres.</summary>
    public Meters Meters => new((double)(HalfUnits * (Unit == RackUnit.RU ? 0.04445m : 0.048m) / 2));

    /// <summary>A height in half units.</summary>
    /// <param name="halfUnits">From 1 to 200.</param>
    /// <param name="unit">Of which kind.</param>
    public static RackHeight OfHalfUnits(int halfUnits, RackUnit unit) => new(0, unit) { HalfUnits = halfUnits };

    /// <summary>Reads <c>48 RU</c> or <c>1.5 OU</c>: 0.5 to 100.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RackHeight height)
    {
        height = default;
        if (text.Length is < 3 or > 8 || !Enum.TryParse(text[^2..], ignoreCase: false, out RackUnit unit) || char.IsAsciiDigit(text[^1])
            || !decimal.TryParse(text[..^2].Trim(' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units)
            || units is < 0.5m or > 100 || units * 2 != decimal.Truncate(units * 2))
        {
            return false;
        }

        height = OfHalfUnits((int)(units * 2), unit);
        return true;
    }

    /// <summary>As written in files: <c>48 RU</c>, <c>1.5 RU</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{HalfUnits / 2m:0.#} {Unit}");
}
