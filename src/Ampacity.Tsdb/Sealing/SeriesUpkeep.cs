using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Lets series go that ended: those without a sample in head and journal which no block needs that is read. In three looks at least, a pause apart. At the first
/// they end, and a new lease says so. At the next the store lets go of the old lease; until then every cache that is used has followed. Once nobody holds it,
/// no reader, no request, those that have not come back are removed and their numbers are given to others.
/// </summary>
/// <remarks>One batch of series at a time; one thread, the store's upkeep, beside appends and reads.</remarks>
internal sealed class SeriesUpkeep(
    Lock storeLock, ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks, SelectionCache selections)
{
    /// <summary>Looks without a read after which a block is let go of.</summary>
    private const int IdleLooks = 2;

    // Series or groups under a lock in one go: about a millisecond.
    private const int Step = 4096;
    private const int GroupStep = 256;

    private List<int>? _ended;
    private SeriesLease? _held;
    private WeakReference<SeriesLease>? _waitedFor;

    /// <summary>Series that ended and are not removed yet.</summary>
    public int Waiting => Volatile.Read(ref _ended)?.Count ?? 0;

    /// <summary>Looks once.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        if (_ended is not null && TryRemove())
        {
            _ended = null;
            PartSparse();
            table.Pack();
        }

        if (_ended is null)
        {
            End(cancellationToken);
        }
    }

    private bool TryRemove()
    {
        if (IsHeld())
        {
            Collect();
            return false;
        }

        var removed = table.Remove(_ended!);
        for (var at = 0; at < removed.Count; at += Step)
        {
            var some = removed.GetRange(at, Math.Min(Step, removed.Count - at));
            WriteHead(() => some.ForEach(head.Forget));
        }

        table.Free(removed);
        return true;
    }

    // Not inlined: a frame that has the lease in hand, as code that is not optimised yet has to its end, would hold it while the collector looks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsHeld()
    {
        if (_held is null)
        {
            return _waitedFor!.TryGetTarget(out _);
        }

        (_waitedFor, _held) = (new WeakReference<SeriesLease>(_held), null);
        return true;
    }

    // That nobody holds a lease is only seen when the collector has looked, and pages go back only then. A collection beside the program, which it does not
    // stop, looks at old objects alone; a lease that is still young is found by the short one before it.
    private static void Collect()
    {
        GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private void End(CancellationToken cancellationToken)
    {
        var maps = table.Maps;
        var idle = new List<StoreBlock>();
        var needed = new SeriesBits(table.Bound);
        foreach (var block in blocks.Set.All)
        {
            if (block.IsIdle(IdleLooks))
            {
                idle.Add(block);
            }
            else
            {
                block.Map.AddTo(needed);
            }
        }

        var candidates = Candidates(needed, cancellationToken);
        if (candidates.Count == 0)
        {
            return;
        }

        _held = table.Lease;
        List<int>? ended;
        lock (storeLock)
        {
            // Nothing is appended meanwhile, so that what has no sample has none until all know that it ended.
            ended = table.TryEnd(candidates, maps, () => idle.TrueForAll(block => block.TryLetGo()), head.IsGone);
        }

        Volatile.Write(ref _ended, ended);
        if (ended is null)
        {
            _held = null;
            return;
        }

        selections.Clear();
    }

    private List<int> Candidates(SeriesBits needed, CancellationToken cancellationToken)
    {
        var candidates = new List<int>();
        for (var at = 0; at < needed.Bound; at += Step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            gate.EnterReadLock();
            try
            {
                for (var series = at; series < Math.Min(needed.Bound, at + Step); series++)
                {
                    if (!needed.Has(series) && head.IsGone(series) && table.IsLive(series))
                    {
                        candidates.Add(series);
                    }
                }
            }
            finally
            {
                gate.ExitReadLock();
            }
        }

        return candidates;
    }

    private void PartSparse()
    {
        for (var group = 1; group > 0;)
        {
            WriteHead(() => group = head.PartSparse(group, GroupStep));
        }
    }

    private void WriteHead(Action write)
    {
        lock (storeLock)
        {
            gate.EnterWriteLock();
            try
            {
                write();
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }
    }
}
