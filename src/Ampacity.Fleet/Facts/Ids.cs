using System.Globalization;

namespace Ampacity.Fleet;

// All kinds of id, in one alphabetical file. A number of one kind cannot be passed for another.

/// <summary>Our own id of a thing, given the day it is planned and never given again; text form <c>asset_12</c>.</summary>
public readonly record struct AssetId(long Number)
{
    private const string Prefix = "asset_";

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, out AssetId id)
    {
        id = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new AssetId(number);
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Prefix + Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One transaction on the inventory, counted from 1 in order of recording; 0 is the empty inventory.</summary>
public readonly record struct ChangeSetId(long Number) : IComparable<ChangeSetId>
{
    /// <inheritdoc/>
    public int CompareTo(ChangeSetId other) => Number.CompareTo(other.Number);

    /// <summary>The text form, <c>change_3</c>.</summary>
    public override string ToString() => "change_" + Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A recorded fact; 0 before it is recorded.</summary>
public readonly record struct FactId(long Number)
{
    /// <summary>The text form, <c>fact_9</c>.</summary>
    public override string ToString() => "fact_" + Number.ToString(CultureInfo.InvariantCulture);
}
