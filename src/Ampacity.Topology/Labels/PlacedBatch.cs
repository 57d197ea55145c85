using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>A batch of raw series on its way through the join. Valid until the next one is asked for.</summary>
internal readonly struct PlacedBatch(
    SeriesBatch raw,
    ReadPlan plan,
    FamilySource? source,
    TopologyTimeline fleet,
    SourceTurn turn)
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
                if (!turn.IsTaken(joined))
                {
                    turn.Take(joined, long.MinValue, long.MaxValue);
                    turn.EndSeries();
                    if (Passes(joined))
                    {
                        begin(raw.SeriesNumbers[i], joined, 0);
                    }
                }

                continue;
            }

            WalkSpans(i, begin, output);
        }
    }

    private void WalkSpans(int i, Action<int, JoinedSeries, long> begin, SeriesBatch output)
    {
        var open = default(OpenSeries);
        var at = plan.Query.Shape == ReadShape.Newest ? NewestCounting(i) : raw.Offsets[i];
        while (at < raw.Offsets[i + 1])
        {
            var spanMs = plan.Query.AsOfMs ?? raw.TimestampsMs[at];
            var untilMs = plan.Query.AsOfMs is null ? fleet.NextBoundaryAfter(spanMs) : long.MaxValue;
            var end = at;
            var counting = 0;
            while (end < raw.Offsets[i + 1] && raw.TimestampsMs[end] < untilMs)
            {
                counting += Counts(end, out _, out _) ? 1 : 0;
                end++;
            }

            var joined = fleet.At(spanMs).Join(raw.Labels[i], plan.Family, source);
            if (open.Labels is not null && !joined.Labels.Equals(open.Labels))
            {
                // It is elsewhere from here on: without an end, a query that looks back would see it at both places.
                open.Silence(raw.TimestampsMs[at], output);
                open = default;
            }

            // A series without a sample that counts is left out, and never begun. What fails the conditions speaks for its place all the same.
            var passes = counting > 0 && Passes(joined);
            if (counting > 0 && (turn.Decides || turn.IsTaken(joined)))
            {
                AppendInTurn(i, joined, passes, at, end, ref open, begin, output);
            }
            else if (passes)
            {
                Begin(i, joined, spanMs, ref open, begin);
                Append(output, at, end);
            }

            if (!passes)
            {
                open = default;
            }

            at = end;
        }

        turn.EndSeries();

        // One that is about to be relieved is not looked back to.
        foreach (var (fromMs, _) in open.Taken ?? [])
        {
            open.SilenceIfHeard(fromMs <= plan.Query.ThroughMs ? fromMs : long.MaxValue, output);
        }
    }

    private void Begin(int i, JoinedSeries joined, long atMs, ref OpenSeries open, Action<int, JoinedSeries, long> begin)
    {
        if (open.Labels is null)
        {
            begin(raw.SeriesNumbers[i], joined, atMs);
            open.Labels = joined.Labels;
        }

        open.Speaks = true;
    }

    // Appends the samples of times that no more trusted source has, and takes those times.
    private void AppendInTurn(
        int i, JoinedSeries joined, bool passes, int from, int end, ref OpenSeries open, Action<int, JoinedSeries, long> begin, SeriesBatch output)
    {
        var taken = turn.TakenFrom(joined);
        open.Taken = taken;
        var speech = new Speech(turn, joined, plan.Query);
        var next = 0;
        for (var at = from; at < end; at++)
        {
            if (!Counts(at, out var value, out var quality))
            {
                continue;
            }

            var atMs = raw.TimestampsMs[at];
            while (next < taken.Count && taken[next].UntilMs <= atMs)
            {
                open.SilenceIfHeard(taken[next].FromMs, output);
                next++;
            }

            if (next < taken.Count && taken[next].FromMs <= atMs)
            {
                speech.End(taken[next].FromMs);
                open.Silence(taken[next].FromMs, output);
                continue;
            }

            speech.Say(atMs, value);
            if (passes)
            {
                Begin(i, joined, atMs, ref open, begin);
                output.Append(atMs, value, quality);
                open.LastMs = atMs;
            }
        }

        speech.End(long.MaxValue);
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

    private bool Passes(JoinedSeries joined)
    {
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

    // The series that is being written.
    private struct OpenSeries
    {
        public LabelSet? Labels;
        public IReadOnlyList<(long FromMs, long UntilMs)>? Taken;
        public long LastMs;
        public bool Speaks;

        // Ends it for those who look back, once.
        public void Silence(long atMs, SeriesBatch output)
        {
            if (Speaks)
            {
                output.Append(atMs, StaleMarker.Value, SampleQuality.Good);
                Speaks = false;
            }
        }

        // The same, where the last sample would still be looked back to at that time.
        public void SilenceIfHeard(long atMs, SeriesBatch output)
        {
            if (atMs > LastMs && atMs <= LastMs + SourceTurn.LookbackMs)
            {
                Silence(atMs, output);
            }
        }
    }
}
