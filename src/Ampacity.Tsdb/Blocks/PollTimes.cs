using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>The times of a block's polls, decoded a row group at a time. Any thread.</summary>
internal sealed class PollTimes(BlockFile file)
{
    // 16 MiB: enough for what a read of neighbouring series comes back to.
    private const int CachedPages = 32;

    private readonly PageCache<long[]> _pages = new(CachedPages, page => Load(file, page));

    /// <summary>Polls.</summary>
    public long Count => file.Rows;

    /// <summary>Forgets what was decoded.</summary>
    public void Clear() => _pages.Clear();

    /// <summary>The polls that follow from one on, as far as they lie in one page.</summary>
    public ReadOnlySpan<long> From(int poll)
    {
        var group = file.GroupOf(poll);
        return _pages[group].AsSpan((int)(poll - file.FirstRowOf(group)));
    }

    /// <summary>Copies the times of a run of polls.</summary>
    public void Copy(int poll, Span<long> into)
    {
        while (!into.IsEmpty)
        {
            var page = From(poll);
            var take = Math.Min(page.Length, into.Length);
            page[..take].CopyTo(into);
            into = into[take..];
            poll += take;
        }
    }

    /// <summary>How many of a run of ascending polls lie before a time.</summary>
    public int CountBefore(int first, int count, long timestampMs)
    {
        for (var before = 0; before < count;)
        {
            // A run lies in one page as a rule: the page is looked up once, not at each step.
            var page = From(first + before);
            page = page[..Math.Min(page.Length, count - before)];
            if (page[^1] >= timestampMs)
            {
                var at = page.BinarySearch(timestampMs);
                return before + (at >= 0 ? at : ~at);
            }

            before += page.Length;
        }

        return count;
    }

    /// <summary>The first poll of each stamp group; decodes the whole column.</summary>
    public int[] GroupFirsts()
    {
        var firsts = new List<int>();
        var reader = file.Rent();
        try
        {
            for (var page = 0; page < file.GroupCount; page++)
            {
                using var group = file.Open(reader, page);
                var groups = new int[file.Group(page).Rows];
                ColumnRead.Required<int>(group, (int)PollColumn.Group, 0, groups);
                for (var i = 0; i < groups.Length; i++)
                {
                    if (groups[i] == firsts.Count)
                    {
                        firsts.Add((int)(file.FirstRowOf(page) + i));
                    }
                }
            }

            return [.. firsts];
        }
        catch (ParquetException error)
        {
            throw file.Undecodable(reader, error);
        }
        finally
        {
            file.Return(reader);
        }
    }

    /// <summary>The hours, counted from 1970, that any poll lies in; decodes the whole column.</summary>
    public HashSet<long> Hours()
    {
        var hours = new HashSet<long>();
        for (var page = 0; page < file.GroupCount; page++)
        {
            // Polls of a group follow one another: one look in the set for each change of the hour.
            var last = long.MinValue;
            foreach (var time in Load(file, page))
            {
                var hour = time / TierPlan.HourMs;
                if (hour != last)
                {
                    hours.Add(last = hour);
                }
            }
        }

        return hours;
    }

    private static long[] Load(BlockFile file, int page)
    {
        var times = new long[file.Group(page).Rows];
        var reader = file.Rent();
        try
        {
            using var group = file.Open(reader, page);
            ColumnRead.Required<long>(group, (int)PollColumn.Time, 0, times);
            return times;
        }
        catch (ParquetException error)
        {
            throw file.Undecodable(reader, error);
        }
        finally
        {
            file.Return(reader);
        }
    }
}
