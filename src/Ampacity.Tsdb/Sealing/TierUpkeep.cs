namespace Ampacity.Tsdb;

/// <summary>What a tier holds and what was done for it since the store was opened.</summary>
/// <param name="Name"><c>minutes</c> or <c>hours</c>.</param>
/// <param name="Blocks">Blocks served.</param>
/// <param name="Bytes">Bytes of their files.</param>
/// <param name="Rows">Rows in them: a series and bucket each.</param>
/// <param name="OldestMs">Begin of the oldest, UTC milliseconds; null when there is none.</param>
/// <param name="Made">Blocks made of samples.</param>
/// <param name="Merges">Merges of its blocks.</param>
public sealed record TierStatistics(string Name, int Blocks, long Bytes, long Rows, long? OldestMs, long Made, long Merges);

/// <summary>Makes tiers of hours that have settled, merges their blocks and lets go of what is behind their retention. One at a time.</summary>
internal sealed class TierUpkeep(IStoreFiles files, SeriesTable table, StoreBlocks blocks, SampleStoreOptions options, TimeProvider time)
{
    private static readonly BlockKind[] Kinds = [BlockKind.Minutes, BlockKind.Hours];
    private static readonly CompactionOptions Limits = new();

    // Hours of which a tier was made that has no row, by kind: what they were made of. Made once more after a restart.
    private readonly Dictionary<(BlockKind Kind, long Hour), long> _empty = [];
    private readonly long[] _made = new long[3];
    private readonly long[] _merges = new long[3];

    /// <summary>Whether any tier is kept.</summary>
    public bool IsOn => options.MinuteRetention > TimeSpan.Zero || options.HourRetention > TimeSpan.Zero;

    /// <summary>Time spent on making and merging, seconds by our clock, rests included.</summary>
    public double Seconds { get; private set; }

    /// <summary>What there is, now.</summary>
    public IReadOnlyList<TierStatistics> Statistics =>
    [
        .. Kinds.Select(kind => blocks.Set.Of(kind) is var held
            ? new TierStatistics(
                BlockKinds.NameOf(kind),
                held.Length,
                held.Sum(block => block.Meta.Bytes),
                held.Sum(block => block.Meta.Samples),
                held.Length == 0 ? null : held.Min(block => block.Meta.Name.FromMs),
                _made[(int)kind],
                _merges[(int)kind])
            : null!),
    ];

    /// <summary>Makes every tier that is due. When it returns, no tier is behind the blocks of samples that there are, so that these may be merged.</summary>
    /// <param name="newestMs">The newest sample, or our clock if that is earlier.</param>
    /// <param name="share">Share of one core.</param>
    /// <param name="cancellationToken">Gives up; what is durable stays.</param>
    /// <exception cref="IOException">The disk refused; what is durable stays, the rest is made at the next call.</exception>
    public void Make(long newestMs, double share, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            while (Due(newestMs) is [var span, ..])
            {
                Make(span, share, cancellationToken);
            }
        }
        finally
        {
            Seconds += time.GetElapsedTime(began).TotalSeconds;
        }
    }

    /// <summary>The time up to which samples may go: not before their tiers are durable.</summary>
    public long DurableThroughMs(long newestMs)
    {
        var settledMs = SettledMs();
        return Due(newestMs) is [var span, ..] ? Math.Min(span.FromMs, settledMs) : settledMs;
    }

    /// <summary>Merges tiers' blocks while the plan says so.</summary>
    /// <exception cref="IOException">The disk refused; the blocks stay as they are.</exception>
    public void Merge(double share, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            foreach (var kind in Kinds)
            {
                while (Planned(kind) is { Length: > 1 } chosen)
                {
                    Merge(kind, chosen, share, cancellationToken);
                }
            }
        }
        finally
        {
            Seconds += time.GetElapsedTime(began).TotalSeconds;
        }
    }

    /// <summary>Lets go of blocks that lie wholly behind their tier's retention.</summary>
    public void Expire(long newestMs)
    {
        foreach (var kind in Kinds)
        {
            var keepFromMs = KeepFromMs(kind, newestMs);
            var expired = blocks.Set.Of(kind).Where(block => block.Meta.Name.ThroughMs < keepFromMs).ToArray();
            if (expired.Length > 0)
            {
                blocks.Replace(kind, expired, by: null);
            }
        }
    }

    private long SettledMs() => TierPlan.SettledMs(blocks.Current.Length == 0 ? long.MinValue : blocks.Current.Max(block => block.Meta.Name.ThroughMs));

    private long KeepFromMs(BlockKind kind, long newestMs)
    {
        var retention = kind is BlockKind.Minutes ? options.MinuteRetention : options.HourRetention;
        return retention <= TimeSpan.Zero ? long.MaxValue : newestMs == long.MinValue ? long.MinValue : newestMs - (long)retention.TotalMilliseconds;
    }

    private IReadOnlyList<TierSpan> Due(long newestMs)
    {
        while (true)
        {
            var set = blocks.Set;
            var sources = set.Samples.Select(block => new TierSource(block.Meta.Name, block.HasPollsIn)).ToArray();
            var tiers = Kinds.Select(kind => (kind, (IReadOnlyList<BlockName>)[.. Names(set, kind)], KeepFromMs(kind, newestMs))).ToArray();
            try
            {
                return TierPlan.Due(sources, tiers, set.RawFromMs, SettledMs());
            }
            catch (BlockDamagedException error)
            {
                blocks.SetAside(set.Samples.First(block => block.Meta.Name.ToString() == error.Block), error.Reason);
            }
        }
    }

    // Hours without a row count as made.
    private IEnumerable<BlockName> Names(BlockSet set, BlockKind kind) => set.Of(kind).Select(block => block.Meta.Name).Concat(
        _empty.Where(hour => hour.Key.Kind == kind)
            .Select(hour => new BlockName(hour.Key.Hour * TierPlan.HourMs, ((hour.Key.Hour + 1) * TierPlan.HourMs) - 1, hour.Value)));

    private void Make(TierSpan span, double share, CancellationToken cancellationToken)
    {
        var targets = Kinds.Where(kind => span.Kinds.HasFlag(TierPlan.Of(kind))).Select(kind => new TierTarget(kind, blocks.FolderOf(kind))).ToArray();
        foreach (var target in targets)
        {
            blocks.MakeTierFolder(target.Kind);
        }

        var sequence = blocks.NextSequence - 1;
        var held = blocks.Hold(set => set.Samples.Where(block => block.Meets(span.FromMs, span.ThroughMs)).Select(block => new BlockSpan(block, 0, 0)).ToArray());
        try
        {
            TierWriter.Write(
                files,
                targets,
                [.. held.Select(source => source.Block.Reader)],
                span.FromMs,
                span.ThroughMs,
                sequence,
                new BlockWriterOptions { CpuShare = share, Time = time },
                (target, meta) => Took(target, meta, span, sequence),
                cancellationToken);
        }
        catch (BlockDamagedException error)
        {
            // The rest is what there is; the next look makes the tier of it.
            blocks.SetAside(held.First(source => source.Block.Meta.Name.ToString() == error.Block).Block, error.Reason);
        }
        finally
        {
            StoreBlocks.Release(held);
        }
    }

    private void Took(TierTarget target, BlockMeta? meta, TierSpan span, long sequence)
    {
        if (meta is null)
        {
            for (var hour = span.FirstHour; hour < span.FirstHour + span.Hours; hour++)
            {
                _empty[(target.Kind, hour)] = sequence;
            }

            return;
        }

        blocks.Add(StoreBlock.Lazy(Open(target.Folder, meta.Name), table));
        _made[(int)target.Kind]++;
    }

    private BlockReader Open(string folder, BlockName name) =>
        BlockReader.TryOpen(files, Path.Combine(folder, name.ToString()), out var damage, out _)
        ?? throw new IOException($"block {name} of a tier was written and cannot be read back: {damage}");

    private StoreBlock[] Planned(BlockKind kind)
    {
        var held = blocks.Set.Of(kind);
        if (held.Length < 2)
        {
            return [];
        }

        var free = new DriveInfo(blocks.FolderOf(kind)).AvailableFreeSpace;
        var planned = TierPlan.Merge(kind, [.. held.Select(block => new PlannedBlock(block.Meta.Name, block.Meta.Bytes))], free, Limits)
            .Select(block => block.Name).ToHashSet();
        return [.. held.Where(block => planned.Contains(block.Meta.Name))];
    }

    private void Merge(BlockKind kind, StoreBlock[] chosen, double share, CancellationToken cancellationToken)
    {
        var names = chosen.Select(block => block.Meta.Name).ToArray();
        var held = new List<BlockSpan>();
        BlockMeta? merged;
        try
        {
            foreach (var block in chosen)
            {
                // A reader has met damage meanwhile and taken one out of service: plan again.
                if (!block.Reader.TryAddReference())
                {
                    return;
                }

                held.Add(new BlockSpan(block, 0, 0));
            }

            var parts = TierCover.Of(names).Select(stretch => new MergePart(chosen[stretch.Index].Reader, stretch.FromMs, stretch.ThroughMs)).ToArray();
            merged = BlockMerge.Run(
                files, blocks.FolderOf(kind), TierPlan.NameOf(names), parts, new BlockWriterOptions { CpuShare = share, Time = time }, cancellationToken);
        }
        catch (BlockDamagedException error)
        {
            blocks.SetAside(chosen.First(block => block.Meta.Name.ToString() == error.Block), error.Reason);
            return;
        }
        finally
        {
            StoreBlocks.Release(held);
        }

        blocks.Replace(kind, chosen, StoreBlock.Lazy(Open(blocks.FolderOf(kind), merged!.Name), table));
        _merges[(int)kind]++;
    }
}
