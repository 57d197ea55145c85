using System.Globalization;
using System.Text;

namespace Ampacity.Simulator;

/// <summary>Writes a page of Prometheus text, version 0.0.4.</summary>
internal sealed class ExpositionWriter(Utf8Buffer to)
{
    /// <summary>Begins a metric.</summary>
    public void Metric(string name, string type, string help)
    {
        Text("# HELP ");
        Text(name);
        Text(" ");
        Text(help);
        Text("\n# TYPE ");
        Text(name);
        Text(" ");
        Text(type);
        Text("\n");
    }

    /// <summary>A line. A value that is none is left out, as exporters do.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="labels">Labels as they stand between braces, values escaped; empty for none.</param>
    /// <param name="value">The value.</param>
    public void Sample(string name, string labels, double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        Text(name);
        if (labels.Length > 0)
        {
            Text("{");
            Text(labels);
            Text("}");
        }

        Text(" ");
        value.TryFormat(to.Room(64), out var written, "R", CultureInfo.InvariantCulture);
        to.Advance(written);
        Text("\n");
    }

    /// <summary>A label's value with what the format demands escaped.</summary>
    public static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private void Text(string text) => to.Advance(Encoding.UTF8.GetBytes(text, to.Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
