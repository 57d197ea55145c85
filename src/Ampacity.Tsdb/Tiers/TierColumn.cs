namespace Ampacity.Tsdb;

/// <summary>What a block's rows are.</summary>
internal enum BlockKind
{
    /// <summary>Samples as they came.</summary>
    Samples,

    /// <summary>A row a series and minute.</summary>
    Minutes,

    /// <summary>A row a series and hour.</summary>
    Hours,
}

/// <summary>The figures of a tier's row, one values file each, in this order.</summary>
internal enum TierColumn
{
    /// <summary>First value of the bucket.</summary>
    First,

    /// <summary>Last value of the bucket.</summary>
    Last,

    /// <summary>Smallest value.</summary>
    Min,

    /// <summary>Largest value.</summary>
    Max,

    /// <summary>Sum of values.</summary>
    Sum,

    /// <summary>How many values.</summary>
    Count,

    /// <summary>What a counter rose by from the first to the last value, resets corrected.</summary>
    Increase,
}

/// <summary>Names and files of kinds of blocks.</summary>
internal static class BlockKinds
{
    private static readonly string[] Samples = [BlockSchema.ValuesFile];
    private static readonly string[] Tier = ["first.parquet", "last.parquet", "min.parquet", "max.parquet", "sum.parquet", "count.parquet", "increase.parquet"];
    private static readonly string[] Names = ["samples", "minutes", "hours"];

    /// <summary>The name in <c>block.json</c>.</summary>
    public static string NameOf(BlockKind kind) => Names[(int)kind];

    /// <summary>Reads the name; false for another.</summary>
    public static bool TryParse(string name, out BlockKind kind)
    {
        var index = Array.IndexOf(Names, name);
        kind = (BlockKind)Math.Max(0, index);
        return index >= 0;
    }

    /// <summary>Its values files; all have the same series, polls and row groups.</summary>
    public static IReadOnlyList<string> ValueFilesOf(BlockKind kind) => kind == BlockKind.Samples ? Samples : Tier;

    /// <summary>Length of a tier's buckets; they begin at multiples of it.</summary>
    public static long BucketMsOf(BlockKind kind) => kind switch
    {
        BlockKind.Minutes => 60_000,
        BlockKind.Hours => 3_600_000,
        _ => throw new InvalidOperationException("Bug: samples have no buckets"),
    };
}
