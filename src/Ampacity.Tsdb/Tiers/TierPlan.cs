namespace Ampacity.Tsdb;

/// <summary>A block of samples as a plan of tiers sees it.</summary>
/// <param name="Name">Span and sequence.</param>
/// <param name="HasPollsIn">Whether it has polls in an hour, counted from 1970; asked only when its span and sequence leave it open.</param>
internal readonly record struct TierSource(BlockName Name, Func<long, bool> HasPollsIn);

/// <summary>A span of whole hours, within one day, of which tiers are to be made.</summary>
/// <param name="FirstHour">First hour, counted from 1970.</param>
/// <param name="Hours">How many.</param>
/// <param name="Kinds">Which tiers.</param>
internal readonly record struct TierSpan(long FirstHour, int Hours, TierKinds Kinds)
{
    /// <summary>First millisecond.</summary>
    public long FromMs => FirstHour * TierPlan.HourMs;

    /// <summary>Last millisecond.</summary>
    public long ThroughMs => ((FirstHour + Hours) * TierPlan.HourMs) - 1;
}

/// <summary>A set of tiers.</summary>
[Flags]
internal enum TierKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="BlockKind.Minutes"/>.</summary>
    Minutes = 1 << (int)BlockKind.Minutes,

    /// <summary><see cref="BlockKind.Hours"/>.</summary>
    Hours = 1 << (int)BlockKind.Hours,
}

/// <summary>
/// Of which hours tiers are to be made, and which blocks of a tier are to be merged. Pure functions of names, so that every case can be tested.
/// </summary>
/// <remarks>
/// A tier's sequence is the highest of the blocks of samples that it was made of. An hour is due when a block of samples with a higher one has samples in it:
/// it has no tier yet, or late samples came since. The tier is then made again, of all of them, which is exact where adding up would not be.
/// </remarks>
internal static class TierPlan
{
    /// <summary>Milliseconds of an hour, the smallest span that a tier is made of.</summary>
    public const long HourMs = 3_600_000;

    private const long HoursOfDay = 24;

    // A sample is written again for each. Six to one at most, because a merge holds a window of memory for each block and figure.
    private static readonly TimeSpan[] MinuteSpans = [TimeSpan.FromHours(6), TimeSpan.FromHours(24)];
    private static readonly TimeSpan[] HourSpans = [TimeSpan.FromHours(6), TimeSpan.FromHours(24), TimeSpan.FromDays(6), TimeSpan.FromDays(36)];

    /// <summary>The end of the hours that have settled: a block of samples ends behind the hour after, with which late samples come.</summary>
    public static long SettledMs(long newestBlockMs) => newestBlockMs == long.MinValue ? long.MinValue : ((newestBlockMs + 1) / HourMs * HourMs) - HourMs;

    /// <summary>The spans that are due, oldest first.</summary>
    /// <param name="sources">All blocks of samples.</param>
    /// <param name="tiers">Kind, names of its blocks, and the begin of what it keeps.</param>
    /// <param name="fromMs">Nothing is made of hours that begin before: samples of them are gone.</param>
    /// <param name="settledMs">Nothing is made of what ends behind.</param>
    public static IReadOnlyList<TierSpan> Due(
        IReadOnlyList<TierSource> sources,
        IReadOnlyList<(BlockKind Kind, IReadOnlyList<BlockName> Names, long KeepFromMs)> tiers,
        long fromMs,
        long settledMs)
    {
        var due = new SortedDictionary<long, TierKinds>();
        foreach (var (kind, names, keepFromMs) in tiers)
        {
            var cover = TierCover.Of(names);
            var first = FirstHour(Math.Max(fromMs, keepFromMs));
            foreach (var source in sources)
            {
                var last = Math.Min(source.Name.ThroughMs, settledMs - 1) / HourMs;
                for (var hour = Math.Max(first, source.Name.FromMs / HourMs); hour <= last; hour++)
                {
                    var known = due.GetValueOrDefault(hour);
                    if (!known.HasFlag(Of(kind)) && SequenceOf(cover, names, hour) < source.Name.Sequence && source.HasPollsIn(hour))
                    {
                        due[hour] = known | Of(kind);
                    }
                }
            }
        }

        return [.. Together(due)];
    }

    /// <summary>The flag of a kind.</summary>
    public static TierKinds Of(BlockKind kind) => (TierKinds)(1 << (int)kind);

    /// <summary>The blocks of a tier to merge next: all of a window that is whole; empty when there is nothing to do.</summary>
    /// <param name="kind">Which tier.</param>
    /// <param name="blocks">Its blocks, none of them superseded.</param>
    /// <param name="freeBytes">Free on the disk.</param>
    /// <param name="options">Limits.</param>
    public static IReadOnlyList<PlannedBlock> Merge(BlockKind kind, IReadOnlyCollection<PlannedBlock> blocks, long freeBytes, CompactionOptions options)
    {
        if (blocks.Count < 2)
        {
            return [];
        }

        var newestMs = blocks.Max(block => block.Name.ThroughMs);
        foreach (var span in kind is BlockKind.Minutes ? MinuteSpans : HourSpans)
        {
            var spanMs = (long)span.TotalMilliseconds;
            var straddled = blocks.Where(block => block.Name.FromMs / spanMs != block.Name.ThroughMs / spanMs)
                .Select(block => (From: block.Name.FromMs / spanMs, Through: block.Name.ThroughMs / spanMs)).ToArray();
            var window = blocks.Where(block => block.Name.FromMs / spanMs == block.Name.ThroughMs / spanMs)
                .GroupBy(block => block.Name.FromMs / spanMs)
                .Where(group => group.Count() > 1 && group.Key < newestMs / spanMs && !Array.Exists(straddled, block => block.From <= group.Key && block.Through >= group.Key))
                .Where(group => group.Sum(block => block.Bytes) is var bytes && bytes <= options.MaxBytes && bytes <= freeBytes - options.KeepFreeBytes)
                .OrderBy(group => group.Key)
                .FirstOrDefault();
            if (window is not null)
            {
                return [.. window];
            }
        }

        return [];
    }

    /// <summary>The name of what comes out of a merge: the whole span, and what the newest of them knew.</summary>
    public static BlockName NameOf(IReadOnlyCollection<BlockName> inputs) =>
        new(inputs.Min(name => name.FromMs), inputs.Max(name => name.ThroughMs), inputs.Max(name => name.Sequence));

    // Rounded up: an hour of which a part is gone is not made again.
    private static long FirstHour(long fromMs) => fromMs <= 0 ? 0 : ((fromMs - 1) / HourMs) + 1;

    private static long SequenceOf(IReadOnlyList<TierStretch> cover, IReadOnlyList<BlockName> names, long hour) =>
        TierCover.At(cover, hour * HourMs) is { } stretch ? names[stretch.Index].Sequence : -1;

    // Neighbours of one day that need the same are one span: then a store that is new to tiers makes them by days.
    private static IEnumerable<TierSpan> Together(SortedDictionary<long, TierKinds> due)
    {
        TierSpan? span = null;
        foreach (var (hour, kinds) in due)
        {
            if (span is { } open && open.Kinds == kinds && hour == open.FirstHour + open.Hours && hour % HoursOfDay != 0)
            {
                span = open with { Hours = open.Hours + 1 };
                continue;
            }

            if (span is { } done)
            {
                yield return done;
            }

            span = new TierSpan(hour, 1, kinds);
        }

        if (span is { } last)
        {
            yield return last;
        }
    }
}
