using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ampacity.Tsdb;

/// <summary>Writes what the head holds up to a time into a block and lets the journal of it go.</summary>
/// <remarks>
/// One at a time, beside appends and reads. In this order, so that a crash between any two steps loses nothing and repeats at most what
/// readers drop as duplicates: the journal begins a new run · the block is written and durable · the cut says so · the head lets go · the journal's
/// segments are deleted. When writing fails, all is as it was.
/// </remarks>
internal sealed class HeadSeal(
    Lock storeLock,
    ReaderWriterLockSlim gate,
    IStoreFiles files,
    string folder,
    JournalWriter journal,
    SeriesTable table,
    SampleHead head,
    StoreBlocks blocks)
{
    // About a millisecond under the lock, and 17 MB.
    private const int SliceSamples = 262_144;
    private const int SliceSeries = 4096;

    private readonly SealOrder _order = new(table);
    private readonly SealSlice _slice = new();

    /// <summary>Seals everything up to a time.</summary>
    /// <param name="throughMs">UTC milliseconds.</param>
    /// <param name="sequence">Above that of every block.</param>
    /// <param name="options">How the block is written.</param>
    /// <param name="cancellationToken">Gives up; all is as it was.</param>
    /// <returns>What the journal need not keep any more; null when there was nothing to seal.</returns>
    /// <exception cref="IOException">The disk refused; all is as it was.</exception>
    public JournalCut? Run(long throughMs, long sequence, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        long ordinal;
        long oldestMs;
        SampleHead.SealReader reader;
        lock (storeLock)
        {
            journal.ThrowIfFailed();
            gate.EnterWriteLock();
            try
            {
                oldestMs = head.OldestMs;
                if (oldestMs > throughMs)
                {
                    return null;
                }

                ordinal = journal.Roll(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
                head.BeginJournalRun();
                head.BeginSeal(throughMs);
                reader = new SampleHead.SealReader(head, throughMs);
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }

        var done = false;
        try
        {
            blocks.Add(WriteBlock(reader, oldestMs, throughMs, sequence, options, cancellationToken));
            var cut = new JournalCut(ordinal, throughMs);
            cut.Write(files, JournalReader.FolderOf(folder));
            done = true;
            return cut;
        }
        finally
        {
            EndSeal(done);
        }
    }

    private StoreBlock WriteBlock(
        SampleHead.SealReader reader, long fromMs, long throughMs, long sequence, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        BlockName name;
        var numbers = new List<int>();
        using (var writer = new BlockWriter(files, blocks.Folder, fromMs, throughMs, sequence, options, cancellationToken))
        {
            Write(reader, writer, numbers);
            name = writer.Finish().Name;
        }

        // Also where it cannot be read back: it is on the disk, and the next attempt needs a name of its own.
        blocks.NoteSequence(sequence);
        return BlockReader.TryOpen(files, Path.Combine(blocks.Folder, name.ToString()), out var damage, out _) is { } block
            ? StoreBlock.Written(block, CollectionsMarshal.AsSpan(numbers), table)
            : throw new IOException($"block {name} was written and cannot be read back: {damage}");
    }

    private void Write(SampleHead.SealReader reader, BlockWriter writer, List<int> numbers)
    {
        var series = _order.Sort();
        var pollsOfGroup = new int[reader.GroupBound];
        var late = new Dictionary<UInt128, int>();
        for (var at = 0; at < series.Length;)
        {
            at = Copy(reader, series, at);
            foreach (var part in _slice.Parts)
            {
                if (part.TimesAt >= 0)
                {
                    pollsOfGroup[part.Group] = AddPolls(writer, _slice.TimesOf(part), part.Group, late);
                }

                writer.AddSeries(
                    table.CanonicalOf(part.Series), pollsOfGroup[part.Group], _slice.OrdinalsOf(part), _slice.ValuesOf(part), _slice.QualitiesOf(part));
                if (numbers.Count == 0 || numbers[^1] != part.Series)
                {
                    numbers.Add(part.Series);
                }
            }
        }
    }

    // Late samples have times of their own, but those of one poll have the same.
    private static int AddPolls(BlockWriter writer, ReadOnlySpan<long> times, int group, Dictionary<UInt128, int> late)
    {
        if (group != 0)
        {
            return writer.AddPolls(times);
        }

        var key = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(times), times.Length);
        if (!late.TryGetValue(key, out var polls))
        {
            late[key] = polls = writer.AddPolls(times);
        }

        return polls;
    }

    private int Copy(SampleHead.SealReader reader, ReadOnlySpan<int> series, int at)
    {
        _slice.Clear();
        gate.EnterReadLock();
        try
        {
            reader.Begin();
            for (var end = Math.Min(series.Length, at + SliceSeries); at < end && _slice.Samples < SliceSamples; at++)
            {
                reader.Read(series[at], _slice);
            }
        }
        finally
        {
            gate.ExitReadLock();
        }

        return at;
    }

    private void EndSeal(bool done)
    {
        lock (storeLock)
        {
            gate.EnterWriteLock();
            try
            {
                head.EndSeal(done);
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }
    }
}
