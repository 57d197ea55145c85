using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Hands on the samples of one stored series: in the family's unit, those that count, and a moved one's under its places by span.</summary>
internal readonly struct PlacedWalk(ReadPlan plan, PlacedPart part, IReadOnlyList<long> boundariesMs, int firstPlace, int firstMoved)
{
    /// <summary>Appends the samples that are asked for; false when it is the newest one, and none counts.</summary>
    public bool Append(SeriesBatch raw, int series, SeriesBatch into)
    {
        var (from, end) = (raw.Offsets[series], raw.Offsets[series + 1]);
        if (plan.Query.Shape == ReadShape.Newest)
        {
            from = end - 1;
            while (from >= raw.Offsets[series] && !plan.Counts(part.Source, raw, from, out _, out _))
            {
                from--;
            }

            if (from < raw.Offsets[series])
            {
                return false;
            }
        }

        var place = raw.SeriesNumbers[series];
        if (!part.Moved.IsEmpty && part.Moved.Has(place))
        {
            AppendMoved(raw, place, from, end, into);
        }
        else if (CountsAny(raw, from, end))
        {
            into.BeginSeries(firstPlace + place, LabelSet.Empty);
            AppendRun(raw, from, end, into);
        }

        return true;
    }

    private bool CountsAny(SeriesBatch raw, int from, int end)
    {
        for (var at = from; at < end; at++)
        {
            if (plan.Counts(part.Source, raw, at, out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    private void AppendMoved(SeriesBatch raw, int place, int from, int end, SeriesBatch into)
    {
        var spans = part.Moved.SpansOf(place);
        var open = -1;
        for (var (at, span) = (from, 0); at < end;)
        {
            while (span < boundariesMs.Count && raw.TimestampsMs[at] >= boundariesMs[span])
            {
                span++;
            }

            var stop = at;
            while (stop < end && (span == boundariesMs.Count || raw.TimestampsMs[stop] < boundariesMs[span]))
            {
                stop++;
            }

            if (open >= 0 && !(spans[span].Passes && spans[span].Virtual == open))
            {
                // It is elsewhere from here on: without an end, a query that looks back would see it at both places.
                into.Append(raw.TimestampsMs[at], StaleMarker.Value, SampleQuality.Good);
            }

            if (spans[span].Passes && CountsAny(raw, at, stop))
            {
                if (open != spans[span].Virtual)
                {
                    open = spans[span].Virtual;
                    into.BeginSeries(firstMoved + open, LabelSet.Empty);
                }

                AppendRun(raw, at, stop, into);
            }
            else
            {
                open = -1;
            }

            at = stop;
        }
    }

    private void AppendRun(SeriesBatch raw, int from, int end, SeriesBatch into)
    {
        if (part.Source is null)
        {
            into.Append(raw.TimestampsMs[from..end], raw.Values[from..end], raw.Qualities[from..end]);
            return;
        }

        for (var at = from; at < end; at++)
        {
            if (plan.Counts(part.Source, raw, at, out var value, out var quality))
            {
                into.Append(raw.TimestampsMs[at], value, quality);
            }
        }
    }
}
