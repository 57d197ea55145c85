using ParquetSharp;
using ParquetSharp.Schema;

namespace Ampacity.Tsdb;

/// <summary>What a reader may skip in a row group of values.</summary>
[Flags]
internal enum GroupNotes
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary>Scaled values stand in <see cref="ValueColumn.Scaled"/>, not in <see cref="ValueColumn.Biased"/>.</summary>
    Delta = 1,

    /// <summary>Some values stand in <see cref="ValueColumn.Exact"/>.</summary>
    Exact = 2,

    /// <summary>Some samples are not good.</summary>
    Qualities = 4,
}

/// <summary>Columns of the values file in order.</summary>
internal enum ValueColumn
{
    /// <summary>Series number in the block.</summary>
    Series,

    /// <summary>Poll number in the block.</summary>
    Poll,

    /// <summary>Value × divisor + <see cref="DecimalScale.Bias"/>, byte stream split.</summary>
    Biased,

    /// <summary>Value × divisor, delta binary packed; a row group uses this or the column before.</summary>
    Scaled,

    /// <summary>The value itself where it does not fit.</summary>
    Exact,

    /// <summary>Sample quality.</summary>
    Quality,
}

/// <summary>Columns of the series file in order.</summary>
internal enum SeriesColumn
{
    /// <summary>Series number in the block.</summary>
    Series,

    /// <summary>Metric name.</summary>
    Name,

    /// <summary>Names of the other labels.</summary>
    LabelKey,

    /// <summary>Values of the other labels.</summary>
    LabelValue,

    /// <summary>Canonical labels.</summary>
    Canonical,

    /// <summary>Seeded hash of the canonical labels, 32 bits.</summary>
    Hash,

    /// <summary>Rows in the values file; those of the series before stand before them.</summary>
    Rows,

    /// <summary>Poll of the first row.</summary>
    FirstPoll,

    /// <summary>Whether the polls of the rows follow each other without a gap.</summary>
    Contiguous,

    /// <summary>Divisor of its scaled values.</summary>
    Divisor,
}

/// <summary>Columns of the polls file in order.</summary>
internal enum PollColumn
{
    /// <summary>Poll number in the block.</summary>
    Poll,

    /// <summary>Stamp group.</summary>
    Group,

    /// <summary>UTC milliseconds.</summary>
    Time,
}

/// <summary>The Parquet files of a block: names, columns, encodings. docs/formats/block.md says what they mean.</summary>
internal static class BlockSchema
{
    public const string SeriesFile = "series.parquet";
    public const string PollsFile = "polls.parquet";
    public const string ValuesFile = "values.parquet";

    // Measured on the bench's metrics (docs/design/0013-blocks.md): level 3 is 1.2 % smaller than 1, 6 and 9 hardly more.
    private const int ZstdLevel = 3;

    public static GroupNode Values() => Root(
        Int32("series", Repetition.Required),
        Int32("poll", Repetition.Required),
        Plain("biased", Repetition.Optional, PhysicalType.Double),
        Plain("scaled", Repetition.Optional, PhysicalType.Int64),
        Plain("exact", Repetition.Optional, PhysicalType.Double),
        new PrimitiveNode("quality", Repetition.Required, LogicalType.Int(8, false), PhysicalType.Int32));

    public static GroupNode Series() => Root(
        Int32("series", Repetition.Required),
        Text("name", Repetition.Required),
        new GroupNode("labels", Repetition.Required, [new GroupNode("key_value", Repetition.Repeated, [Text("key", Repetition.Required), Text("value", Repetition.Required)])], LogicalType.Map()),
        Plain("canonical", Repetition.Required, PhysicalType.ByteArray),
        Int32("hash", Repetition.Required),
        Int32("rows", Repetition.Required),
        Int32("first_poll", Repetition.Required),
        Plain("contiguous", Repetition.Required, PhysicalType.Boolean),
        Plain("divisor", Repetition.Required, PhysicalType.Double));

    public static GroupNode Polls() => Root(
        Int32("poll", Repetition.Required),
        Int32("group", Repetition.Required),
        new PrimitiveNode("time", Repetition.Required, LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Millis), PhysicalType.Int64));

    public static WriterProperties ValuesProperties() => Build(builder => builder
        .DisableDictionary("series").Encoding("series", Encoding.DeltaBinaryPacked)
        .DisableDictionary("poll").Encoding("poll", Encoding.DeltaBinaryPacked)
        .DisableDictionary("biased").Encoding("biased", Encoding.ByteStreamSplit)
        .DisableDictionary("scaled").Encoding("scaled", Encoding.DeltaBinaryPacked)
        .DisableDictionary("exact").Encoding("exact", Encoding.ByteStreamSplit)
        .EnableStatistics("series"));

    public static WriterProperties SeriesProperties() => Build(builder => builder
        .DisableDictionary("series").Encoding("series", Encoding.DeltaBinaryPacked)
        .DisableDictionary("canonical").Encoding("canonical", Encoding.DeltaByteArray)
        .DisableDictionary("hash").Encoding("hash", Encoding.Plain)
        .DisableDictionary("first_poll").Encoding("first_poll", Encoding.DeltaBinaryPacked)
        .DisableDictionary("contiguous")
        .EnableStatistics("series").EnableStatistics("name"));

    public static WriterProperties PollsProperties() => Build(builder => builder
        .DisableDictionary("poll").Encoding("poll", Encoding.DeltaBinaryPacked)
        .DisableDictionary("time").Encoding("time", Encoding.DeltaBinaryPacked)
        .EnableStatistics("time"));

    private static WriterProperties Build(Func<WriterPropertiesBuilder, WriterPropertiesBuilder> columns)
    {
        using var builder = new WriterPropertiesBuilder();
        return columns(builder.Compression(Compression.Zstd).CompressionLevel(ZstdLevel).EnablePageChecksum().EnableDictionary().DisableStatistics()
            .SetSizeStatisticsLevel(SizeStatisticsLevel.None).CreatedBy("Ampacity")).Build();
    }

    private static GroupNode Root(params Node[] columns)
    {
        try
        {
            return new GroupNode("schema", Repetition.Required, columns);
        }
        finally
        {
            foreach (var column in columns)
            {
                column.Dispose();
            }
        }
    }

    private static PrimitiveNode Int32(string name, Repetition repetition) => Plain(name, repetition, PhysicalType.Int32);

    private static PrimitiveNode Text(string name, Repetition repetition) => new(name, repetition, LogicalType.String(), PhysicalType.ByteArray);

    private static PrimitiveNode Plain(string name, Repetition repetition, PhysicalType type) => new(name, repetition, LogicalType.None(), type);
}
