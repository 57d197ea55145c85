using System.Globalization;
using System.Text.Json;

namespace Ampacity.Cli;

/// <summary>A series of a query's answer: its labels and its points, in order of time.</summary>
/// <param name="Labels">Labels by name.</param>
/// <param name="TimesMs">UTC milliseconds of each point.</param>
/// <param name="Values">Value of each; may be NaN or infinite.</param>
internal sealed record QuerySeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<long> TimesMs, IReadOnlyList<double> Values)
{
    /// <summary>Those of an answer of the Prometheus HTTP API. A number without series is one series without labels.</summary>
    public static IReadOnlyList<QuerySeries> Of(JsonElement answer)
    {
        var data = answer.GetProperty("data");
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() is "vector" or "matrix"
            ? [.. result.EnumerateArray().Select(Read)]
            : [Points(new Dictionary<string, string>(StringComparer.Ordinal), [result])];
    }

    /// <summary>Names of the labels that any of them has, sorted.</summary>
    public static string[] LabelNames(IEnumerable<QuerySeries> series) =>
        [.. series.SelectMany(one => one.Labels.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>A label's value; empty where the series lacks it.</summary>
    public string Label(string name) => Labels.TryGetValue(name, out var value) ? value : "";

    private static QuerySeries Read(JsonElement series)
    {
        var labels = series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);
        return Points(labels, series.TryGetProperty("value", out var value) ? [value] : [.. series.GetProperty("values").EnumerateArray()]);
    }

    private static QuerySeries Points(Dictionary<string, string> labels, IReadOnlyList<JsonElement> points) => new(
        labels, [.. points.Select(point => (long)Math.Round(point[0].GetDouble() * 1000))], [.. points.Select(point => Value(point[1].GetString()!))]);

    private static double Value(string text) => text switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN,
    };
}
