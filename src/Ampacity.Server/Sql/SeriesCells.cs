using System.Buffers;
using System.Text;
using System.Text.Json;
using Ampacity.Samples;
using Ampacity.Sql;

namespace Ampacity.Server;

/// <summary>What a series is, as the columns that every table of samples has. Made once a series and written with each of its rows.</summary>
internal sealed class SeriesCells
{
    private static readonly string[] Named = ["site", "hall", "row", "rack", "slot", "socket", "component"];

    private readonly string _name;
    private readonly string?[] _values;
    private readonly string _labels;

    public SeriesCells(LabelSet labels)
    {
        _name = labels.Name;
        _values = [.. Named.Select(name => labels[name] is { Length: > 0 } value ? value : null)];
        _labels = Json(labels);
    }

    /// <summary>The columns, in order.</summary>
    public static IEnumerable<SqlColumn> Columns =>
        [new SqlColumn("name", SqlType.Text), .. Named.Select(name => new SqlColumn(name, SqlType.Text)), new SqlColumn("labels", SqlType.Json)];

    public void Write(SqlCells cells)
    {
        cells.Text(_name);
        foreach (var value in _values)
        {
            cells.Text(value);
        }

        cells.Text(_labels);
    }

    // All labels but the name, which has a column.
    private static string Json(LabelSet labels)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        foreach (var label in labels)
        {
            if (!label.NameEquals(LabelSet.MetricName))
            {
                json.WriteString(label.NameBytes, label.ValueBytes);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
