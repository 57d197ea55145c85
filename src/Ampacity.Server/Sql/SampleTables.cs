using System.Runtime.CompilerServices;
using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Sql;
using Ampacity.Topology;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>
/// Samples, tiers, newest values and PromQL as tables. They come through the readers that queries use: head, blocks and tiers as one, each sample once, with the topology labels of
/// its own time, and nothing of a block decoded before its checksum held. Whoever asks sees the whole fleet.
/// </summary>
internal sealed class SampleTables(TopologyReader reader, SampleStore store, QueryEngine engine, FamilyCatalogue families, Func<TopologyTimeline> timeline, QueryLimits limits, long nowMs)
{
    public IEnumerable<SqlTable> All()
    {
        yield return new SqlTable(
            "samples", "Samples of the series that a PromQL selector names, newest ones and those of blocks as one", [Time, Value, Quality, .. SeriesCells.Columns], Samples)
        { Parameters = SqlParameters.TextAndRange };
        yield return Tier("minutes", "The 1-minute tier of the series that a selector names", BucketLength.Minute, "1 DAY");
        yield return Tier("hours", "The 1-hour tier", BucketLength.Hour, "30 DAY");
        yield return new SqlTable("promql", "A PromQL expression at even steps", [Time, Value, .. SeriesCells.Columns], Evaluated) { Parameters = SqlParameters.TextRangeAndStep };
        yield return new SqlTable(
            "live", "The newest value of each canonical family, place and component, no older than five minutes", [Time, new SqlColumn("age_seconds", SqlType.Number), Value, Quality, .. SeriesCells.Columns],
            (_, cancelled) => Live(cancelled));
        yield return new SqlTable(
            "families", "Canonical families: what their numbers mean", InventoryTables.Columns(("name", SqlType.Text), ("unit", SqlType.Text), ("kind", SqlType.Text), ("meaning", SqlType.Text), ("trap", SqlType.Text)),
            FleetRow.Of(() => families.All, (MetricFamily family, SqlCells cells) =>
            {
                cells.Text(family.Name);
                cells.Text(family.Unit);
                cells.Text(Figures.Words(family.Kind));
                cells.Text(family.Meaning);
                cells.Text(family.Trap);
            }));
    }

    private static SqlColumn Time => new("time", SqlType.Instant);

    private static SqlColumn Value => new("value", SqlType.Number);

    private static SqlColumn Quality => new("quality", SqlType.Text);

    private SqlTable Tier(string name, string meaning, BucketLength length, string since) => new(
        name, meaning,
        [
            Time, new SqlColumn("first", SqlType.Number), new SqlColumn("last", SqlType.Number), new SqlColumn("least", SqlType.Number), new SqlColumn("most", SqlType.Number),
            new SqlColumn("sum", SqlType.Number), new SqlColumn("count", SqlType.Number), new SqlColumn("increase", SqlType.Number), .. SeriesCells.Columns,
        ],
        (arguments, cancelled) => TierRows.Read(store, timeline(), Query(arguments), length, cancelled))
    {
        Parameters = SqlParameters.TextAndRange,
        Since = since,
    };

    private IEnumerable<SqlRow> Samples(SqlArguments arguments, CancellationToken cancelled) => Read(Query(arguments), hasAge: false, cancelled);

    private IEnumerable<SqlRow> Live(CancellationToken cancelled) => families.All.SelectMany(family => Read(
        new SeriesQuery([new Matcher(LabelSet.MetricName, MatchKind.Equal, family.Name)], nowMs - NodeRollUp.FreshMs, nowMs, SeriesScope.Whole)
        { Shape = ReadShape.Newest, AsOfMs = nowMs, Budget = limits.Budget }, hasAge: true, cancelled));

    private IEnumerable<SqlRow> Read(SeriesQuery query, bool hasAge, CancellationToken cancelled)
    {
        var row = new SampleRow { NowMs = hasAge ? nowMs : null, HasQuality = true };
        foreach (var batch in Told(reader.ReadAsync(query, cancelled).ToBlockingEnumerable(cancelled)))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                row.Series = new SeriesCells(batch.Labels[i]);
                for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                {
                    if (!StaleMarker.Is(batch.Values[at]))
                    {
                        (row.TimeMs, row.Value, row.Quality) = (batch.TimestampsMs[at], batch.Values[at], batch.Qualities[at]);
                        yield return row;
                    }
                }
            }
        }
    }

    private IEnumerable<SqlRow> Evaluated(SqlArguments arguments, CancellationToken cancelled)
    {
        const int stepsMax = 11_000;
        if (arguments.StepMs <= 0 || arguments.ThroughMs < arguments.FromMs || (arguments.ThroughMs - arguments.FromMs) / arguments.StepMs > stepsMax)
        {
            throw new SqlTableException(
                SqlRefusal.Limit, $"promql: step must be above zero, the end not before the begin, and there may be {stepsMax} steps: a longer step is an answer.");
        }

        var row = new SampleRow();
        foreach (var result in EvaluateAsync(arguments, cancelled).ToBlockingEnumerable(cancelled))
        {
            for (var i = 0; i < result.Labels.Count; i++)
            {
                row.Series = new SeriesCells(result.Labels[i]);
                for (var at = result.Offsets.Span[i]; at < result.Offsets.Span[i + 1]; at++)
                {
                    (row.TimeMs, row.Value) = (result.TimestampsMs.Span[at], result.Values.Span[at]);
                    yield return row;
                }
            }
        }
    }

    // One result; a sequence because DuckDB's thread waits for one.
    private async IAsyncEnumerable<QueryResult> EvaluateAsync(SqlArguments arguments, [EnumeratorCancellation] CancellationToken cancelled)
    {
        QueryResult result;
        try
        {
            result = await engine.EvaluateRangeAsync(
                PromQLParser.Parse(arguments.Text), arguments.FromMs, arguments.ThroughMs, arguments.StepMs, new QueryContext(SeriesScope.Whole) { Budget = limits.Budget }, cancelled);
        }
        catch (Exception error) when (error is PromQLSyntaxException or QueryException or ReadBudgetException or SeriesStoreException)
        {
            throw new SqlTableException(error is PromQLSyntaxException ? SqlRefusal.Statement : SqlRefusal.Limit, $"promql: {error.Message}", error);
        }

        yield return result;
    }

    private SeriesQuery Query(SqlArguments arguments)
    {
        try
        {
            return new SeriesQuery(PromQLParser.ParseSelector(arguments.Text), arguments.FromMs, arguments.ThroughMs, SeriesScope.Whole) { Budget = limits.Budget };
        }
        catch (PromQLSyntaxException error)
        {
            throw new SqlTableException(
                SqlRefusal.Statement, $"'{QueryParameters.Shown(arguments.Text)}' is no selector of series: {error.Message}. One such is hw_power_watts or hw_power_watts{{hall=\"h1\"}}.", error);
        }
    }

    /// <summary>What a store refuses is told to whoever asked.</summary>
    internal static IEnumerable<T> Told<T>(IEnumerable<T> read)
    {
        using var batches = read.GetEnumerator();
        while (true)
        {
            try
            {
                if (!batches.MoveNext())
                {
                    yield break;
                }
            }
            catch (Exception error) when (error is ReadBudgetException or SeriesStoreException)
            {
                throw new SqlTableException(SqlRefusal.Limit, error.Message, error);
            }

            yield return batches.Current;
        }
    }

    private sealed class SampleRow : SqlRow
    {
        public SeriesCells Series { get; set; } = new(LabelSet.Empty);

        public long TimeMs { get; set; }

        public double Value { get; set; }

        public SampleQuality Quality { get; set; }

        public bool HasQuality { get; init; }

        public long? NowMs { get; init; }

        public override void Write(SqlCells cells)
        {
            cells.Instant(TimeMs);
            if (NowMs is { } now)
            {
                cells.Number((now - TimeMs) / 1000.0);
            }

            cells.Number(Value);
            if (HasQuality)
            {
                cells.Text(Words[(int)Quality]);
            }

            Series.Write(cells);
        }

        private static readonly string[] Words = [.. Enum.GetValues<SampleQuality>().Select(quality => Figures.Words(quality))];
    }
}
