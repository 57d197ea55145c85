using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Gives back journal space behind the retention: a segment without a sample worth keeping is deleted, or, where series that
/// are still in use have their labels in it, reduced to those labels.
/// </summary>
/// <remarks>One at a time, beside appends: it touches only sealed segments.</remarks>
internal sealed class JournalUpkeep(Lock storeLock, IStoreFiles files, JournalWriter journal, SeriesTable table, SampleHead head, long retentionMs)
{
    private long _errors;

    /// <summary>Failed attempts; each is tried again at the next call.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Deletes or shrinks what holds no sample at or after a time.</summary>
    public void Drop(long beforeMs)
    {
        JournalSegment[] expired;
        lock (storeLock)
        {
            expired = [.. journal.Sealed.Where(segment => segment.NewestMs < beforeMs && segment.LookAgainMs <= beforeMs)];
        }

        foreach (var segment in expired)
        {
            try
            {
                Drop(segment, beforeMs);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Space not given back is no reason to stop taking samples; the count shows it, the next call tries again.
                Interlocked.Increment(ref _errors);
            }
        }
    }

    private void Drop(JournalSegment segment, long beforeMs)
    {
        var kept = SegmentRewrite.SeriesRecords(File.ReadAllBytes(segment.Path), segment.Header, (number, labels) => Keep(segment, number, labels));
        if (kept.Length > 0)
        {
            SegmentRewrite.Replace(files, segment.Path, segment.Header, kept);
            lock (storeLock)
            {
                segment.NewestMs = long.MinValue;
                segment.LookAgainMs = beforeMs + retentionMs;
            }

            return;
        }

        files.Delete(segment.Path);
        files.FlushFolder(Path.GetDirectoryName(segment.Path)!);
        lock (storeLock)
        {
            journal.Sealed.Remove(segment);
        }
    }

    // A number of this run whose labels go must be journalled anew with its next sample.
    private bool Keep(JournalSegment segment, int number, LabelSet labels)
    {
        var series = table.Find(labels.Canonical);
        lock (storeLock)
        {
            if (series >= 0 && head.IsLive(series))
            {
                return true;
            }

            if (series >= 0 && segment.Header.RunId == journal.RunId && number == series)
            {
                head.ForgetJournaled(series);
            }

            return false;
        }
    }
}
