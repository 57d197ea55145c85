using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Where samples have expired an answer says what it is made of.</summary>
public sealed class ExpiredSamplesTests
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const string Expired = "PromQL info: samples before 1970-01-31T00:00:00Z have expired: ";

    [Theory]
    [InlineData(30, null, null, "nothing stands for them")]
    [InlineData(30, 0L, null, "the last of each minute stands for them")]
    [InlineData(30, 29L, 0L, "the last of each minute stands for them from 1970-01-30T00:00:00Z on, and before that the last of each hour")]
    [InlineData(30, 29L, 25L, "the last of each minute stands for them from 1970-01-30T00:00:00Z on, and before that the last of each hour, from 1970-01-26T00:00:00Z on")]
    [InlineData(30, null, 0L, "the last of each hour stands for them")]
    public async Task A_query_that_reads_of_before_says_so(int samplesFrom, long? minutesFrom, long? hoursFrom, string what)
    {
        var reader = new ReachingReader(new SampleReach(samplesFrom * DayMs, minutesFrom * DayMs, hoursFrom * DayMs));
        foreach (var text in (string[])["avg_over_time(x[10d])", "sum(max_over_time(x[10d]))"])
        {
            var infos = (await AskAsync(reader, text, 31 * DayMs)).Infos;
            Assert.StartsWith(Expired + what + " (1:", Assert.Single(infos), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_query_of_samples_that_are_there_says_nothing()
    {
        var reader = new ReachingReader(new SampleReach(30 * DayMs, 0, 0));
        Assert.Empty((await AskAsync(reader, "avg_over_time(x[1d])", 31 * DayMs)).Infos);
        Assert.Empty((await AskAsync(reader, "x", 31 * DayMs)).Infos);
        Assert.Single((await AskAsync(reader, "x offset 1d", 31 * DayMs)).Infos);
    }

    private static async Task<QueryResult> AskAsync(ISeriesReader reader, string text, long atMs) =>
        await new QueryEngine(reader, new QueryEngineOptions()).EvaluateInstantAsync(text, atMs, new QueryContext(SeriesScope.Whole), TestContext.Current.CancellationToken);

    private sealed class ReachingReader(SampleReach reach) : ISeriesReader
    {
        private readonly MemorySeriesReader _inner = new();

        public SampleReach? Reach => reach;

        public IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken) => _inner.ReadAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken) => _inner.ReadLabelNamesAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken) =>
            _inner.ReadLabelValuesAsync(labelName, query, cancellationToken);
    }
}
