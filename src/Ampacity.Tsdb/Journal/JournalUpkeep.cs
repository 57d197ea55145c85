namespace Ampacity.Tsdb;

/// <summary>
/// Deletes journal segments that nothing needs any more: those of a run that is over and whose samples are all in blocks, or behind the
/// retention. A run goes as a whole, because labels stand once in it.
/// </summary>
/// <remarks>One at a time, beside appends: it touches only sealed segments.</remarks>
internal sealed class JournalUpkeep(Lock storeLock, IStoreFiles files, string folder, JournalWriter journal)
{
    private long _errors;

    /// <summary>Failed attempts; each is tried again at the next call.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Deletes runs that hold nothing which is neither covered by a cut nor before a time.</summary>
    public void Drop(JournalCut cut, long beforeMs)
    {
        JournalSegment[] done;
        lock (storeLock)
        {
            done =
            [
                .. journal.Sealed.GroupBy(segment => segment.Header.RunId)
                    .Where(run => run.Key != journal.RunId && run.All(segment => segment.NewestMs < beforeMs || cut.Covers(segment)))
                    .SelectMany(run => run),
            ];
        }

        if (done.Length == 0)
        {
            return;
        }

        try
        {
            foreach (var segment in done)
            {
                files.Delete(segment.Path);
                lock (storeLock)
                {
                    journal.Sealed.Remove(segment);
                }
            }

            files.FlushFolder(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Space not given back is no reason to stop taking samples; the count shows it, the next call tries again.
            Interlocked.Increment(ref _errors);
        }
    }
}
