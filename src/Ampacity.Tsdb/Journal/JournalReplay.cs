using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads the journal back into the head when a store is opened, cuts a torn tail and sets damaged segments aside.</summary>
/// <param name="files">The disk.</param>
/// <param name="folder">The journal's folder.</param>
/// <param name="table">An empty table, which the journal's series are put into.</param>
/// <param name="head">An empty head, which the journal's samples are put into.</param>
/// <param name="cut">What blocks hold.</param>
/// <param name="retentionMs">How much history is kept.</param>
/// <param name="nowMs">Our clock, UTC milliseconds.</param>
/// <param name="maxUnpackedBytes">Most bytes of samples that the head may leave unpacked.</param>
internal sealed class JournalReplay(
    IStoreFiles files, string folder, SeriesTable table, SampleHead head, JournalCut cut, long retentionMs, Func<long> nowMs,
    long maxUnpackedBytes = JournalReplay.MaxUnpackedBytes)
{
    // Numbers of one run, so at most its series: 64 million would take 40 GB of labels, and the table of numbers takes 256 MB.
    internal const int MaxSeriesNumber = 64 << 20;

    // Looked up together: their places in the table are a wait for memory each, and 64 waits at once are little longer than one.
    private const int SeriesAtOnce = 64;

    // What a start may leave unpacked, eight bytes a sample: 60 million samples; what comes behind is packed as it is read.
    private const long MaxUnpackedBytes = 512L << 20;

    private readonly ReplayedGroups _groups = new(head);
    private readonly List<string> _setAside = [];
    private int[] _seriesOfNumber = [];
    private int[] _series = [];
    private double[] _values = [];
    private SampleQuality[] _qualities = [];
    private AppendOutcome[] _outcomes = [];
    private int _known;
    private int _count;
    private ulong _run;
    private long _records;
    private long _samples;
    private long _notKept;
    private long _withoutSeries;
    private long _inBlocks;
    private long _cut;
    private string? _cutAt;

    /// <summary>Segments that stay, oldest first.</summary>
    public List<JournalSegment> Segments { get; } = [];

    /// <summary>The ordinal after the last one used, and not one that the cut covers.</summary>
    public long NextOrdinal { get; private set; } = Math.Max(1, cut.Ordinal);

    /// <summary>Reads everything; the next segment comes from the disk while one is applied.</summary>
    public async Task<OpenReport> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, "*" + SegmentRewrite.UnfinishedSuffix).ToArray())
        {
            files.Delete(leftover);
        }

        head.BeginReplay(maxUnpackedBytes);
        var paths = StoodForSegments.Delete(files, JournalReader.SegmentFiles(folder));
        var (buffer, spare) = (Array.Empty<byte>(), Array.Empty<byte>());
        var next = paths.Count > 0 ? LoadAsync(paths[0], buffer, cancellationToken) : null;
        for (var i = 0; i < paths.Count; i++)
        {
            var bytes = await next!;
            next = i + 1 < paths.Count ? LoadAsync(paths[i + 1], spare, cancellationToken) : null;
            NextOrdinal = Math.Max(NextOrdinal, JournalReader.OrdinalOf(paths[i]) + 1);
            try
            {
                Read(paths[i], bytes, isLast: i == paths.Count - 1);
            }
            catch when (next is not null)
            {
                // What is being read is told by nobody else: it must have ended before the opening fails.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            spare = bytes.Array!;
        }

        head.EndReplay();

        return new OpenReport
        {
            Segments = paths.Count,
            Records = _records,
            Samples = _samples,
            SamplesNotKept = _notKept,
            SamplesWithoutSeries = _withoutSeries,
            SamplesInBlocks = _inBlocks,
            Series = table.Count,
            BytesCut = _cut,
            CutAt = _cutAt,
            SetAside = _setAside,
        };
    }

    // Two buffers take turns: a fresh one for each segment costs more in page faults than in reading.
    private Task<ArraySegment<byte>> LoadAsync(string path, byte[] buffer, CancellationToken cancellationToken) =>
        Task.Run(() => SegmentBytes.Read(files, path, buffer), cancellationToken);

    private void Read(string path, ArraySegment<byte> bytes, bool isLast)
    {
        if (!JournalFormat.TryReadSegmentHeader(bytes, out var header) || header.Ordinal != JournalReader.OrdinalOf(path))
        {
            DropWithoutHeader(path, bytes, isLast);
            return;
        }

        if (header.RunId != _run)
        {
            // Numbers hold within one run of the program.
            _run = header.RunId;
            _seriesOfNumber = [];
            _groups.Clear();
        }

        var segment = new JournalSegment(header, path);
        var end = JournalFormat.SegmentHeaderBytes;
        var (damaged, damagedAt, torn, tornAt) = (0L, 0, 0, 0);
        for (var walk = new JournalWalk(bytes, header); walk.MoveNext();)
        {
            // A last segment may end in a write that was never acknowledged. A sealed one ends where its last record does.
            if (walk.Step is WalkStep.TornTail && isLast && !header.IsPacked)
            {
                (torn, tornAt) = (LengthWithoutZeros(bytes.AsSpan(walk.Offset)), walk.Offset);
                continue;
            }

            if (walk.Step is not WalkStep.Record || !Apply(walk.Kind, walk.Payload, segment))
            {
                damagedAt = damaged == 0 ? walk.Offset : damagedAt;
                damaged += walk.Length;
                continue;
            }

            _records++;
            end = walk.Offset + walk.Length;
        }

        if (damaged == 0 && torn == 0 && end < bytes.Count && !(isLast && !header.IsPacked))
        {
            // Only a last segment has space that was taken ahead: one that is complete ends where its last record does, and a disk that gives zeros has lost what was there.
            (damaged, damagedAt) = (bytes.Count - end, end);
        }

        Repair(segment, bytes, end, damaged, damagedAt);
        if (torn > 0)
        {
            _cut += torn;
            _cutAt = $"{Path.GetFileName(path)} offset {tornAt.ToString(CultureInfo.InvariantCulture)}";
        }
    }

    private void Repair(JournalSegment segment, ArraySegment<byte> bytes, int end, long damaged, int damagedAt)
    {
        if (damaged > 0)
        {
            SetAside(segment.Path, bytes, $"{damaged} bytes from offset {damagedAt}");

            // What is left stands for no other segment: where they are still there, they were kept.
            SegmentRewrite.Replace(files, segment.Path, segment.Header with { Replaces = 0 }, SegmentRewrite.WholeRecords(bytes, segment.Header));
        }
        else if (end == JournalFormat.SegmentHeaderBytes)
        {
            files.Delete(segment.Path);
            return;
        }
        else if (end < bytes.Count)
        {
            SegmentRewrite.Replace(files, segment.Path, segment.Header, bytes.AsSpan(JournalFormat.SegmentHeaderBytes, end - JournalFormat.SegmentHeaderBytes));
        }

        Segments.Add(segment);
    }

    // A crash while a segment is begun leaves a last file without a whole header and, since nothing follows, without any record.
    private void DropWithoutHeader(string path, ArraySegment<byte> bytes, bool isLast)
    {
        var length = LengthWithoutZeros(bytes);
        if (isLast && length <= JournalFormat.SegmentHeaderBytes)
        {
            _cut += length;
            _cutAt = length > 0 ? $"{Path.GetFileName(path)} offset 0" : _cutAt;
        }
        else
        {
            SetAside(path, bytes, $"its header, so all {length} bytes");
        }

        files.Delete(path);
        files.FlushFolder(folder);
    }

    private void SetAside(string path, ArraySegment<byte> bytes, string what)
    {
        var copy = path + ".corrupt";
        for (var i = 2; File.Exists(copy); i++)
        {
            copy = $"{path}.{i}.corrupt";
        }

        // Durable before the segment is replaced: the copy is then all that is left of the damaged bytes.
        using (var file = files.Create(copy, bytes.Count))
        {
            if (bytes.Count > 0)
            {
                file.Write(bytes, 0);
            }

            file.Flush();
        }

        files.FlushFolder(folder);
        _setAside.Add($"{Path.GetFileName(copy)} ({what})");
    }

    private bool Apply(JournalRecordKind kind, ReadOnlySpan<byte> payload, JournalSegment segment)
    {
        switch (kind)
        {
            case JournalRecordKind.Series:
                return NoteSeries(payload);
            case JournalRecordKind.Samples when SamplesPayload.TryRead(payload, out var samples):
                Apply(samples, segment);
                return true;
            case JournalRecordKind.Packed when PackedPayload.TryRead(payload, out var packed):
                Apply(packed, segment);
                return true;
            default:
                return false;
        }
    }

    // False when an entry is none that a store writes, though the checksum holds: somebody else wrote the file.
    private bool NoteSeries(ReadOnlySpan<byte> payload)
    {
        try
        {
            Span<ulong> hashes = stackalloc ulong[SeriesAtOnce];
            var entries = new SeriesPayload(payload);
            for (var read = SeriesAtOnce; read == SeriesAtOnce;)
            {
                read = 0;
                for (var ahead = entries; read < SeriesAtOnce && ahead.MoveNext();)
                {
                    hashes[read++] = table.Hash(ahead.CanonicalLabels);
                }

                table.BringNear(hashes[..read]);
                foreach (var hash in hashes[..read])
                {
                    entries.MoveNext();
                    if (entries.Number > MaxSeriesNumber)
                    {
                        return false;
                    }

                    Note(entries.Number, table.TryResolve(entries.CanonicalLabels, hash, int.MaxValue));
                }
            }

            return true;
        }
        catch (ArgumentException)
        {
            // Labels that are not canonical.
            return false;
        }
    }

    private void Apply(in SamplesPayload samples, JournalSegment segment)
    {
        head.EnsureSeries(table.Bound);
        var at = 0;
        for (var i = 0; i < samples.PollCount; i++)
        {
            var poll = samples.PollAt(i);
            segment.NewestMs = Math.Max(segment.NewestMs, poll.TimestampMs);
            if (cut.Covers(segment.Header.Ordinal, poll.TimestampMs))
            {
                _inBlocks += poll.SampleCount;
                at += poll.SampleCount;
                continue;
            }

            var keep = poll.TimestampMs >= StoreUpkeep.KeepFromMs(head.NewestMs, nowMs(), retentionMs);
            _samples += poll.SampleCount;
            var whole = keep && !samples.HasQualities
                ? _groups.Append(poll.TimestampMs, samples.SeriesNumbers.Slice(at, poll.SampleCount), samples.Values.Slice(at, poll.SampleCount))
                : 0;
            if (whole < poll.SampleCount)
            {
                Map(samples, at + whole, poll.SampleCount - whole);
                Append(poll.TimestampMs, keep, samples.HasQualities ? default : samples.SeriesNumbers.Slice(at + whole, poll.SampleCount - whole));
            }

            at += poll.SampleCount;
        }
    }

    // Packed polls as they are where nothing has to be left out of them, otherwise sample by sample.
    private void Apply(in PackedPayload packed, JournalSegment segment)
    {
        var summary = packed.Summary;
        segment.NewestMs = Math.Max(segment.NewestMs, summary.LastMs);
        if (cut.Covers(segment.Header.Ordinal, summary.LastMs))
        {
            _inBlocks += summary.Samples;
            return;
        }

        head.EnsureSeries(table.Bound);
        var keepFromMs = StoreUpkeep.KeepFromMs(head.NewestMs, nowMs(), retentionMs);
        Room(packed.SeriesNumbers.Length);
        _known = 0;
        foreach (var number in packed.SeriesNumbers)
        {
            _series[_known] = SeriesOf(number);
            _known += _series[_known] >= 0 ? 1 : 0;
        }

        if (_known == packed.SeriesNumbers.Length && summary.FirstMs >= keepFromMs && !cut.Covers(segment.Header.Ordinal, summary.FirstMs)
            && head.TryAdopt(_series.AsSpan(0, _known), packed.Blob, summary))
        {
            _samples += summary.Samples;
            return;
        }

        ApplyEach(packed, segment, keepFromMs);
    }

    private void ApplyEach(in PackedPayload packed, JournalSegment segment, long keepFromMs)
    {
        var unpacked = new UnpackedBlob(packed.Blob, packed.SeriesNumbers.Length);
        for (var poll = 0; poll < unpacked.Polls; poll++)
        {
            var timestampMs = unpacked.TimeOf(poll);
            var count = unpacked.CountOf(poll);
            if (cut.Covers(segment.Header.Ordinal, timestampMs))
            {
                _inBlocks += count;
                continue;
            }

            (_known, _count) = (0, 0);
            for (var member = 0; member < packed.SeriesNumbers.Length; member++)
            {
                if (unpacked.TryGet(poll, member, out var value, out var quality))
                {
                    Take(packed.SeriesNumbers[member], value, quality);
                }
            }

            if (_count > 0)
            {
                _samples += _count;
                Append(timestampMs, timestampMs >= keepFromMs, learnFrom: default);
            }
        }
    }

    // What Map or Take gathered. The numbers that it was, all good, or none when nothing is to be learned.
    private void Append(long timestampMs, bool keep, ReadOnlySpan<int> learnFrom)
    {
        var series = _series.AsSpan(0, _known);
        _withoutSeries += _count - _known;
        if (!keep)
        {
            _notKept += _known;
            return;
        }

        head.NoteNewest(series);
        _notKept += _known - head.AppendRun(timestampMs, series, _values.AsSpan(0, _known), _qualities.AsSpan(0, _known), long.MaxValue, _outcomes);
        if (_known == learnFrom.Length)
        {
            _groups.Learn(learnFrom, series);
        }
    }

    // The samples of a poll with the table's numbers, without those whose labels are lost.
    private void Map(in SamplesPayload samples, int from, int count)
    {
        Room(count);
        (_known, _count) = (0, 0);
        for (var at = from; at < from + count; at++)
        {
            Take(samples.SeriesNumbers[at], samples.Values[at], samples.QualityAt(at));
        }
    }

    private void Take(int number, double value, SampleQuality quality)
    {
        _count++;
        if (SeriesOf(number) is var series and >= 0)
        {
            (_series[_known], _values[_known], _qualities[_known]) = (series, value, quality);
            _known++;
        }
    }

    private int SeriesOf(int number) => number >= 0 && number < _seriesOfNumber.Length ? _seriesOfNumber[number] - 1 : -1;

    private void Room(int count)
    {
        if (_series.Length < count)
        {
            (_series, _values) = (new int[count], new double[count]);
            (_qualities, _outcomes) = (new SampleQuality[count], new AppendOutcome[count]);
        }
    }

    private void Note(int number, int series)
    {
        if (number >= _seriesOfNumber.Length)
        {
            Array.Resize(ref _seriesOfNumber, Math.Max(1024, Math.Max(number + 1, (int)Math.Min(_seriesOfNumber.Length * 2L, Array.MaxLength))));
        }

        _seriesOfNumber[number] = series + 1;
    }

    private static int LengthWithoutZeros(ReadOnlySpan<byte> bytes) => bytes.LastIndexOfAnyExcept((byte)0) + 1;
}
