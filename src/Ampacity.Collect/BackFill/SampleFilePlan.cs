using System.Text;

namespace Ampacity.Collect;

/// <summary>Which column of one file is what, by its header and the mapping that was said.</summary>
internal sealed class SampleFilePlan
{
    private static readonly string[] TimeNames = ["timestamp", "time", "ts", "timestamp_ms", "time_ms", "date", "datetime"];
    private static readonly string[] MetricNames = ["metric", "__name__", "name"];

    private SampleFilePlan()
    {
    }

    public int Time { get; private init; }

    public TimeUnit TimeUnit { get; private init; }

    /// <summary>Columns of values, with the metric each is of when no column says it.</summary>
    public required IReadOnlyList<(int Column, byte[] Metric)> Values { get; init; }

    /// <summary>Column of the metric's name, or −1.</summary>
    public int Metric { get; private init; }

    public required IReadOnlyList<(int Column, byte[] Label)> Labels { get; init; }

    public required IReadOnlyList<(byte[] Name, byte[] Value)> Extra { get; init; }

    /// <exception cref="ReceiveRejectedException">A column that was named is not there, or nothing says which it is.</exception>
    public static SampleFilePlan Make(IReadOnlyList<string> columns, SampleFileMapping mapping)
    {
        var time = mapping.TimeColumn is { } timeColumn ? Find(columns, timeColumn, "--time")
            : FindAny(columns, TimeNames) is var found and >= 0 ? found
            : throw Wrong($"no column holds times by its name; say --time with one of: {Names(columns)}");
        var unit = mapping.TimeUnit ?? (columns[time].EndsWith("_ms", StringComparison.OrdinalIgnoreCase) ? "ms" : null);
        var values = mapping.ValueColumns.Count > 0 ? [.. mapping.ValueColumns.Select(column => Find(columns, column, "--value"))]
            : FindAny(columns, ["value"]) is var value and >= 0 ? new[] { value }
            : throw Wrong($"no column is called value; say --value with one or several of: {Names(columns)}");
        var metric = mapping.MetricColumn is { } metricColumn ? Find(columns, metricColumn, "--metric-column")
            : mapping.Metric is null && values.Length == 1 ? FindAny(columns, MetricNames) : -1;
        if (metric < 0 && mapping is { Metric: null, ValueColumns.Count: 0 })
        {
            // Taken as it is the metric would be called "value", and samples of a wrong name cannot be taken back.
            throw Wrong($"nothing says which metric the column {columns[values[0]]} holds; say --metric with its name, or --value {columns[values[0]]} if it is to be called that");
        }

        var taken = new HashSet<int>([time, metric, .. values, .. mapping.SkippedColumns.Select(column => Find(columns, column, "--skip"))]);
        return new SampleFilePlan
        {
            Time = time,
            TimeUnit = TimeUnit.Parse(unit) ?? throw Wrong($"{unit} is no unit of time; say --time-unit s, ms, us or ns"),
            Values = [.. values.Select(column => (column, Utf8(mapping.Metric ?? OtlpNames.Label(columns[column]))))],
            Metric = metric,
            Labels = mapping.LabelColumns.Count > 0
                ? [.. mapping.LabelColumns.Select(label => LabelOf(columns, label))]
                : [.. Enumerable.Range(0, columns.Count).Where(column => !taken.Contains(column)).Select(column => (column, Utf8(OtlpNames.Label(columns[column]))))],
            Extra = [.. mapping.ExtraLabels.Select(label => (Utf8(label.Name), Utf8(label.Value)))],
        };
    }

    private static (int Column, byte[] Label) LabelOf(IReadOnlyList<string> columns, string said)
    {
        var at = said.IndexOf('=', StringComparison.Ordinal);
        var column = at < 0 ? said : said[..at];
        return (Find(columns, column, "--label"), Utf8(at < 0 ? OtlpNames.Label(column) : said[(at + 1)..]));
    }

    private static int Find(IReadOnlyList<string> columns, string name, string flag)
    {
        var at = FindAny(columns, [name]);
        return at >= 0 ? at : throw Wrong($"{flag} {name}: there is no such column; there are: {Names(columns)}");
    }

    private static int FindAny(IReadOnlyList<string> columns, string[] names)
    {
        foreach (var name in names)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static string Names(IReadOnlyList<string> columns) => string.Join(", ", columns.Take(40).Select(column => column.Length <= 60 ? column : column[..60] + "…"));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static ReceiveRejectedException Wrong(string what) => new(400, what);
}
