using System.Text.Json;
using Ampacity.Cli;

namespace Ampacity.Tests;

/// <summary>Answers of the query API as columns, and as CSV.</summary>
public sealed class QuerySeriesTests
{
    [Fact]
    public void Vectors_matrices_and_numbers_are_series()
    {
        var vector = Read("""{"resultType":"vector","result":[{"metric":{"rack":"r01"},"value":[1796050800.25,"NaN"]}]}""");
        Assert.Equal(("r01", 1_796_050_800_250, true), (vector[0].Label("rack"), vector[0].TimesMs[0], double.IsNaN(vector[0].Values[0])));
        var matrix = Read("""{"resultType":"matrix","result":[{"metric":{},"values":[[1,"+Inf"],[2,"-Inf"],[3,"1e-7"]]}]}""");
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity, 1e-7], matrix[0].Values);
        Assert.Equal([7.5], Assert.Single(Read("""{"resultType":"scalar","result":[5,"7.5"]}""")).Values);
    }

    [Fact]
    public void Csv_quotes_what_would_break_a_line_and_keeps_every_digit()
    {
        Assert.Equal("a,\"b,c\",\"d\"\"e\",\"f\ng\",", CsvText.Line(["a", "b,c", "d\"e", "f\ng", ""]));
        Assert.Equal(["0.1", "1E-07", "+Inf", "NaN"], new[] { 0.1, 1e-7, double.PositiveInfinity, double.NaN }.Select(CsvText.Number));
        Assert.Equal(["2026-11-30T15:00:00Z", "2026-11-30T15:00:00.250Z"], new[] { 1_796_050_800_000, 1_796_050_800_250 }.Select(CsvText.Time));
    }

    private static IReadOnlyList<QuerySeries> Read(string data) => QuerySeries.Of(JsonSerializer.Deserialize<JsonElement>($$"""{"status":"success","data":{{data}}}"""));
}
