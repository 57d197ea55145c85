using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>How many supplies of a shelf, or shelves of a rack, may be lost: written <c>N</c>, <c>N+1</c> … <c>N+9</c>, <c>2N</c>.</summary>
/// <param name="Spare">Spare ones beyond those needed; 0 for <c>N</c> and for <c>2N</c>.</param>
/// <param name="IsDouble">Half of them carries all: <c>2N</c>.</param>
public readonly record struct SupplyRedundancy(int Spare, bool IsDouble)
{
    /// <summary>How many of a number may be lost with the rating still met.</summary>
    public int SpareOf(int count) => IsDouble ? count / 2 : Math.Min(Spare, count);

    /// <summary>Reads the written form; <c>N+N</c> is 2N.</summary>
    public static bool TryParse(string text, out SupplyRedundancy redundancy)
    {
        redundancy = text switch
        {
            "2N" or "N+N" => new(0, true),
            ['N', '+', >= '1' and <= '9' and var spare] => new(spare - '0', false),
            _ => default,
        };
        return text == "N" || redundancy != default;
    }

    /// <inheritdoc/>
    public override string ToString() => IsDouble ? "2N" : Spare == 0 ? "N" : FormattableString.Invariant($"N+{Spare}");
}

/// <summary>What programs need of a power shelf, from its claims and its build.</summary>
/// <param name="Rating">What the shelf puts out at most.</param>
/// <param name="Supplies">Supplies in it; 0 if nobody states it.</param>
/// <param name="SupplyRating">What one supply puts out; null if nobody states it.</param>
/// <param name="Redundancy">Which supplies are spare within the rating; null if nobody states it.</param>
/// <param name="Stored">Energy that it stores; null if nobody states any.</param>
public sealed record PowerShelfFacts(Watts Rating, int Supplies, Watts? SupplyRating, SupplyRedundancy? Redundancy, Joules? Stored)
{
    internal static PowerShelfFacts? Of(Sku shelf, SkuCatalogue catalogue)
    {
        if (shelf.Amount(Sku.OutputClaim) is not { } rating)
        {
            return null;
        }

        var supplies = shelf.Build.Where(item => catalogue[item.Child].Kind == SkuKind.Supply).ToArray();
        var count = supplies.Sum(item => item.Last - item.First + 1);
        var redundancy = shelf.ClaimBy("supply-redundancy") is { } claim && SupplyRedundancy.TryParse(claim.Value, out var read) ? read : (SupplyRedundancy?)null;
        return new(
            new(rating),
            count > 0 ? count : (int)(shelf.Amount("supply-count") ?? 0),
            supplies.Length == 1 && catalogue[supplies[0].Child].Amount(Sku.OutputClaim) is { } one ? new Watts(one) : null,
            redundancy,
            shelf.Amount("energy-stored") is { } joules ? new Joules(joules) : null);
    }
}
