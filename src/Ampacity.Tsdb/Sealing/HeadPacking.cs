namespace Ampacity.Tsdb;

/// <summary>
/// Packs what a start left unpacked in the head, a little at a time beside writers and readers, with the share of a core that upkeep has. What a writer waits
/// for is one piece of it, a quarter of a millisecond.
/// </summary>
internal sealed class HeadPacking : IAsyncDisposable
{
    private const int SamplesAtOnce = 16_384;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public HeadPacking(Lock storeLock, ReaderWriterLockSlim gate, SampleHead head, SampleStoreOptions options, TimeProvider time) =>
        _work = head.HasUnpacked ? Task.Run(() => Pack(storeLock, gate, head, new WorkPace(options.UpkeepCpuShare, time)), _stop.Token) : Task.CompletedTask;

    /// <summary>Ends the work where it is: what is unpacked can be read, and is not there after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Pack(Lock storeLock, ReaderWriterLockSlim gate, SampleHead head, WorkPace pace)
    {
        for (var more = true; more; pace.Rest(_stop.Token))
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            lock (storeLock)
            {
                gate.EnterWriteLock();
                try
                {
                    more = head.PackSome(SamplesAtOnce);
                }
                finally
                {
                    gate.ExitWriteLock();
                }
            }
        }

        // Up to half a gigabyte of pages is garbage now, in a process that makes too little of it to collect soon.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }
}
