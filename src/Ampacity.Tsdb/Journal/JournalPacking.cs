namespace Ampacity.Tsdb;

/// <summary>
/// Replaces segments that are complete by one that stands for them, so that an hour of journal is read in the time of minutes and an hour of samples is
/// back in memory without being encoded again.
/// </summary>
/// <remarks>
/// Beside appends and reads; never beside a seal. In this order, so that a crash between any two steps leaves every sample once: the packed file is written
/// beside the last of its segments and durable · it is renamed over it, in one step with the list of segments · the rename is durable · the others are
/// deleted. A start that finds some of them leaves them out, since the packed segment's head names them.
/// </remarks>
internal sealed class JournalPacking(Lock storeLock, IStoreFiles files, string folder, JournalWriter journal, SampleHead head, SampleStoreOptions options, TimeProvider time)
{
    // A quarter of a gigabyte of segments as they are by default, some 45 MB packed.
    private const int MostSegments = 4;

    // Where series numbers are scattered over all parts, more series at once, since each part is read for all of them: as many times as many.
    private const int Scattered = 4;
    private const double MostReads = 4;

    /// <summary>Segments replaced since opening.</summary>
    public long Packed { get; private set; }

    /// <summary>Whether enough segments wait. Any thread.</summary>
    public bool IsDue
    {
        get
        {
            lock (storeLock)
            {
                // What a start left unpacked comes first: both at once would take both their memory.
                return !head.HasUnpacked && Next().Count > 0;
            }
        }
    }

    /// <summary>Replaces segments until none wait.</summary>
    /// <exception cref="IOException">The disk refuses; what is not replaced is as it was.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        var spare = new SparePages();
        while (TryReplace(spare, cancellationToken))
        {
            // Tens of megabytes are garbage now, in a process that makes too little of it to collect soon.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    // The oldest that wait; false when none do.
    private bool TryReplace(SparePages spare, CancellationToken cancellationToken)
    {
        JournalSegment[] segments;
        lock (storeLock)
        {
            var (from, count) = head.HasUnpacked ? default : Next();
            segments = [.. journal.Sealed.Skip(from).Take(count)];
        }

        if (segments.Length == 0)
        {
            return false;
        }

        var last = segments[^1];
        var unfinished = last.Path + SegmentRewrite.UnfinishedSuffix;
        var header = last.Header with { IsPacked = true, Replaces = (int)(last.Header.Ordinal - segments[0].Header.Ordinal) };
        files.Delete(unfinished);
        if (Write(segments, unfinished, header, spare, cancellationToken))
        {
            Replace(segments, unfinished, header);
            Packed += segments.Length;
            return true;
        }

        foreach (var segment in segments)
        {
            segment.StaysAsItIs = true;
        }

        files.Delete(unfinished);
        return true;
    }

    // Where the oldest segments of one run begin that are complete for a while, as they came, and one behind the other; and how many, 0 when too few. Under the lock.
    private (int From, int Count) Next()
    {
        var (from, count) = (0, 0);
        for (var at = 0; at < journal.Sealed.Count && count < MostSegments; at++)
        {
            var segment = journal.Sealed[at];
            var isOut = IsOut(segment);
            if (isOut || (count > 0 && segment.Header.RunId != journal.Sealed[at - 1].Header.RunId))
            {
                if (count >= options.JournalPackSegments)
                {
                    break;
                }

                count = 0;
            }

            if (!isOut)
            {
                from = count == 0 ? at : from;
                count++;
            }
        }

        return count >= options.JournalPackSegments ? (from, count) : (0, 0);
    }

    private bool IsOut(JournalSegment segment) => segment.Header.IsPacked || segment.StaysAsItIs
        || (segment.CompletedAt != 0 && time.GetElapsedTime(segment.CompletedAt) < options.JournalPackPause);

    // False when it is not worth it, or when a segment is damaged: a start sets that aside, and says so.
    private bool Write(JournalSegment[] segments, string path, in SegmentHeader header, SparePages spare, CancellationToken cancellationToken)
    {
        var pace = new WorkPace(options.UpkeepCpuShare, time);
        void Rest()
        {
            pace.Rest(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }

        using var packed = new PackedSegment(files, path, header);
        var parts = new SegmentParts(files, segments, options.JournalPackBytes);
        if (!parts.TryFind(packed, Rest))
        {
            return false;
        }

        var atOnce = parts.ReadsFor(options.JournalPackSeries) <= MostReads ? options.JournalPackSeries : options.JournalPackSeries * Scattered;
        for (var from = 0; from <= parts.Highest; from += atOnce)
        {
            var range = new PackedRange(from, Math.Min(from + atOnce, parts.Highest + 1), spare);
            if (!parts.TryRead(range, Rest))
            {
                return false;
            }

            packed.AddSamples(range, Rest);
            range.Head.GivePagesTo(spare);
        }

        packed.Finish();
        return packed.Bytes <= parts.Bytes / 4 * 3;
    }

    private void Replace(JournalSegment[] segments, string unfinished, in SegmentHeader header)
    {
        var last = segments[^1];
        lock (storeLock)
        {
            files.Move(unfinished, last.Path);
            var at = journal.Sealed.IndexOf(segments[0]);
            journal.Sealed.RemoveRange(at, segments.Length);
            journal.Sealed.Insert(at, new JournalSegment(header, last.Path) { NewestMs = segments.Max(segment => segment.NewestMs) });
        }

        files.FlushFolder(folder);
        foreach (var segment in segments[..^1])
        {
            files.Delete(segment.Path);
        }

        // Space, and no sample, hangs on this one: segments that come back after a power loss are stood for as long as the packed one is there, and that goes only when
        // a cut, whose own fsync of the folder takes these deletes with it, or the retention covers all that they hold.
        files.FlushFolder(folder);
    }
}
