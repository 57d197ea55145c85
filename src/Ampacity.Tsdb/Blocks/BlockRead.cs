using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>One read of a block: gathers rows of series from the window that moves over the values.</summary>
internal readonly ref struct BlockRead(BlockIndex index, BlockFile values, PollTimes times, ValueWindow window, long fromMs, long throughMs)
{
    /// <summary>Appends the series at a place of the list.</summary>
    public void Series(ReadOnlySpan<int> list, int at, BlockColumns into)
    {
        var series = list[at];
        var (first, end) = (index.FirstRowOf(series), index.FirstRowOf(series + 1));
        if (index.IsContiguous(series))
        {
            var poll = index.FirstPollOf(series);
            var count = (int)(end - first);
            var before = times.CountBefore(poll, count, fromMs);
            var through = throughMs == long.MaxValue ? count : times.CountBefore(poll, count, throughMs + 1);
            if (through > before)
            {
                var (timestamps, _, _) = into.Reserve(through - before);
                times.Copy(poll + before, timestamps.Span);
                Gather(list, at, first + before, first + through, into);
            }
        }
        else
        {
            Listed(list, at, first, end, into);
        }

        into.EndSeries();
    }

    // Values and qualities of rows; their times are reserved and written already.
    private void Gather(ReadOnlySpan<int> list, int at, long first, long end, BlockColumns into)
    {
        var divisor = index.DivisorOf(list[at]);
        for (var row = first; row < end;)
        {
            var (from, to) = Move(list, at, row, end);
            var count = to - from;
            var (_, reserved, reservedQualities) = into.Reserve((int)(end - row));
            var gathered = reserved.Span[..count];
            var scaled = window.Scaled(from, count);
            if (window.IsBiased)
            {
                DecimalScale.UnscaleBiased(scaled, divisor, gathered);
            }
            else
            {
                DecimalScale.Unscale(scaled, divisor, gathered);
            }

            if (window.HasExact)
            {
                var exact = window.Exact(from, count);
                for (var i = 0; i < count; i++)
                {
                    gathered[i] = scaled[i] == DecimalScale.Misfit ? exact[i] : gathered[i];
                }
            }

            var qualities = reservedQualities.Span[..count];
            qualities.Clear();
            if (window.HasQualities)
            {
                var stored = window.Qualities(from, count);
                for (var i = 0; i < count; i++)
                {
                    qualities[i] = stored[i] is >= (int)SampleQuality.Good and <= (int)SampleQuality.OutOfRange
                        ? (SampleQuality)stored[i]
                        : throw values.Damage($"has a sample of quality {stored[i]}");
                }
            }

            into.Take(count);
            row += count;
        }
    }

    // The window over the rows of a series that lie in one row group, and over those of the next series of the list.
    private (int From, int To) Move(ReadOnlySpan<int> list, int at, long row, long end)
    {
        if (!window.Has(row, end))
        {
            var group = values.GroupOf(row);
            var groupEnd = values.FirstRowOf(group + 1);
            window.Move(group, row, Ahead(list, at, Math.Min(end, groupEnd), groupEnd));
        }

        return ((int)(row - window.GroupBegin), (int)(Math.Min(end, window.GroupEnd) - window.GroupBegin));
    }

    // The end of the last series of the list that begins in the row group, or the group's own.
    private long Ahead(ReadOnlySpan<int> list, int at, long to, long groupEnd)
    {
        var (low, high) = (at, list.Length - 1);
        while (low < high)
        {
            var middle = high - ((high - low) / 2);
            (low, high) = index.FirstRowOf(list[middle]) < groupEnd ? (middle, high) : (low, middle - 1);
        }

        return low == at ? to : Math.Min(groupEnd, index.FirstRowOf(list[low] + 1));
    }

    // A series with gaps, or with late samples at the polls of another group: every row says its poll.
    private void Listed(ReadOnlySpan<int> list, int at, long first, long end, BlockColumns into)
    {
        var begin = into.SampleCount;
        var count = checked((int)(end - first));
        var (timestamps, _, _) = into.Reserve(count);
        var filled = 0;
        for (var row = first; row < end;)
        {
            var (from, to) = Move(list, at, row, end);
            foreach (var poll in window.Polls(from, to - from))
            {
                if (poll < 0 || poll >= times.Count)
                {
                    throw values.Damage($"speaks of poll {poll}, where there are {times.Count}");
                }

                timestamps.Span[filled++] = times.From(poll)[0];
            }

            row += to - from;
        }

        Gather(list, at, first, end, into);
        into.KeepInOrder(begin, fromMs, throughMs);
    }
}
