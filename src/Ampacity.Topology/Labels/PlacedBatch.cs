using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>A batch of raw series on its way through the join. Valid until the next one is asked for.</summary>
internal readonly struct PlacedBatch(
    SeriesBatch raw,
    ReadPlan plan,
    FamilySource? source,
    TopologyTimeline fleet,
    HashSet<(StableKey Place, string Component)> answered,
    HashSet<(StableKey Place, string Component)> answeredHere)
{
    /// <summary>Writes the joined series, each span of a moved one by itself.</summary>
    public void CopyTo(SeriesBatch output) => Walk((number, joined, _) => output.BeginSeries(number, joined.Labels), output);

    /// <summary>Calls back for each sample with its series; for roll-ups.</summary>
    public void ForEachSample(Action<JoinedSeries, long, double> visit)
    {
        var series = new SeriesBatch();
        var placed = new List<JoinedSeries>();
        Walk(
            (number, joined, _) =>
            {
                series.BeginSeries(number, joined.Labels);
                placed.Add(joined);
            },
            series);
        for (var i = 0; i < series.SeriesCount; i++)
        {
            for (var at = series.Offsets[i]; at < series.Offsets[i + 1]; at++)
            {
                visit(placed[i], series.TimestampsMs[at], series.Values[at]);
            }
        }
    }

    private void Walk(Action<int, JoinedSeries, long> begin, SeriesBatch output)
    {
        for (var i = 0; i < raw.SeriesCount; i++)
        {
            if (raw.Offsets[i] == raw.Offsets[i + 1])
            {
                // Labels alone: as of the end of the range.
                var joined = fleet.At(plan.Query.AsOfMs ?? plan.Query.ThroughMs).Join(raw.Labels[i], plan.Family, source);
                if (Passes(joined, answers: true))
                {
                    begin(raw.SeriesNumbers[i], joined, 0);
                }

                continue;
            }

            WalkSpans(i, begin, output);
        }
    }

    private void WalkSpans(int i, Action<int, JoinedSeries, long> begin, SeriesBatch output)
    {
        LabelSet? open = null;
        var at = plan.Query.Shape == ReadShape.Newest ? NewestCounting(i) : raw.Offsets[i];
        while (at < raw.Offsets[i + 1])
        {
            var spanMs = plan.Query.AsOfMs ?? raw.TimestampsMs[at];
            var untilMs = plan.Query.AsOfMs is null ? fleet.NextBoundaryAfter(spanMs) : long.MaxValue;
            var end = at;
            var counting = 0;
            var speaking = 0;
            while (end < raw.Offsets[i + 1] && raw.TimestampsMs[end] < untilMs)
            {
                var counts = Counts(end, out var value, out _);
                counting += counts ? 1 : 0;
                speaking += counts && !StaleMarker.Is(value) ? 1 : 0;
                end++;
            }

            var joined = fleet.At(spanMs).Join(raw.Labels[i], plan.Family, source);
            if (open is not null && !joined.Labels.Equals(open))
            {
                // It is elsewhere from here on: without an end, a query that looks back would see it at both places.
                output.Append(raw.TimestampsMs[at], StaleMarker.Value, SampleQuality.Good);
            }

            if (counting > 0 && Passes(joined, answers: speaking > 0))
            {
                // A series without a sample that counts is left out, and never begun.
                if (!joined.Labels.Equals(open))
                {
                    begin(raw.SeriesNumbers[i], joined, spanMs);
                    open = joined.Labels;
                }

                Append(output, at, end);
            }
            else
            {
                open = null;
            }

            at = end;
        }
    }

    // The newest sample may be nonsense where the one before it is not.
    private int NewestCounting(int i)
    {
        var at = raw.Offsets[i + 1] - 1;
        while (at >= raw.Offsets[i] && !Counts(at, out _, out _))
        {
            at--;
        }

        return at < raw.Offsets[i] ? raw.Offsets[i + 1] : at;
    }

    private bool Counts(int at, out double value, out SampleQuality quality) => plan.Counts(source, raw, at, out value, out quality);

    // A source that only says that it ended does not speak for the place: the next one may.
    private bool Passes(JoinedSeries joined, bool answers)
    {
        if (source is not null && joined.Place is { } bound)
        {
            if (answered.Contains((bound.Place, joined.Component)))
            {
                return false;
            }

            if (answers)
            {
                answeredHere.Add((bound.Place, joined.Component));
            }
        }

        foreach (var matcher in plan.After)
        {
            if (!matcher.Matches(joined.Labels[matcher.Name]))
            {
                return false;
            }
        }

        return true;
    }

    private void Append(SeriesBatch output, int at, int end)
    {
        if (source is null)
        {
            output.Append(raw.TimestampsMs[at..end], raw.Values[at..end], raw.Qualities[at..end]);
            return;
        }

        for (; at < end; at++)
        {
            if (Counts(at, out var value, out var quality))
            {
                output.Append(raw.TimestampsMs[at], value, quality);
            }
        }
    }
}
