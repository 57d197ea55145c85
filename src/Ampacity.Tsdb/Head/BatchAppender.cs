using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Judges the samples of a batch, puts those taken into the head, and lays the same ones out for the journal.</summary>
/// <remarks>Under the store's lock; its columns are scratch, so appending allocates nothing once they have grown.</remarks>
internal sealed class BatchAppender(SeriesTable table, SampleHead head, JournalWriter journal, SampleStoreOptions options)
{
    private readonly Poll[] _polls = new Poll[JournalFormat.MaxRecordSamples];
    private readonly int[] _series = new int[JournalFormat.MaxRecordSamples];
    private readonly double[] _values = new double[JournalFormat.MaxRecordSamples];
    private readonly SampleQuality[] _qualities = new SampleQuality[JournalFormat.MaxRecordSamples];
    private readonly AppendOutcome[] _outcomes = new AppendOutcome[JournalFormat.MaxRecordSamples];
    private byte[] _entries = new byte[64 * 1024];
    private int _entriesUsed;
    private int _pollCount;
    private int _count;
    private bool _allGood;

    /// <summary>Appends samples from where the cursor stands, at most one record of them, and moves it.</summary>
    public AppendReceipt Append(in SampleBatch batch, ref BatchCursor cursor, long nowMs)
    {
        var polls = batch.Polls.Span;
        var series = batch.SeriesNumbers.Span;
        var values = batch.Values.Span;
        var qualities = batch.Qualities.Span;
        var keepFromMs = StoreUpkeep.KeepFromMs(head.NewestMs, nowMs, (long)options.Retention.TotalMilliseconds);
        var (stored, duplicates, tooOld, tooNew) = (0, 0, 0, 0);
        (_entriesUsed, _pollCount, _count, _allGood) = (0, 0, 0, true);
        head.EnsureSeries(table.Bound);
        for (var room = JournalFormat.MaxRecordSamples; room > 0 && cursor.Poll < polls.Length;)
        {
            var poll = polls[cursor.Poll];
            var run = Math.Min(room, poll.SampleCount - cursor.InPoll);
            if (poll.TimestampMs > nowMs + options.MaxAheadMs)
            {
                tooNew += run;
            }
            else if (poll.TimestampMs < 0 || poll.TimestampMs < keepFromMs)
            {
                tooOld += run;
            }
            else
            {
                var judgements = qualities.IsEmpty ? default : qualities.Slice(cursor.Sample, run);
                var taken = Take(
                    poll.TimestampMs, series.Slice(cursor.Sample, run), values.Slice(cursor.Sample, run), judgements, ref duplicates, ref tooOld);
                if (taken > 0)
                {
                    _polls[_pollCount++] = new Poll(poll.TimestampMs, taken);
                    stored += taken;
                }
            }

            room -= run;
            cursor.Move(run, poll.SampleCount);
        }

        Journal();
        return new AppendReceipt(stored, duplicates, tooOld, tooNew);
    }

    private int Take(
        long timestampMs,
        ReadOnlySpan<int> series,
        ReadOnlySpan<double> values,
        ReadOnlySpan<SampleQuality> qualities,
        ref int duplicates,
        ref int tooOld)
    {
        var stored = head.AppendRun(timestampMs, series, values, qualities, options.OutOfOrderWindowMs, _outcomes);
        var from = _count;
        if (stored == series.Length)
        {
            series.CopyTo(_series.AsSpan(from));
            values.CopyTo(_values.AsSpan(from));
            Judge(qualities, stored);
            _count += stored;
        }
        else
        {
            for (var i = 0; i < series.Length; i++)
            {
                switch (_outcomes[i])
                {
                    case AppendOutcome.Stored:
                        (_series[_count], _values[_count]) = (series[i], values[i]);
                        Judge(qualities.IsEmpty ? default : qualities.Slice(i, 1), 1);
                        _count++;
                        break;
                    case AppendOutcome.Duplicate:
                        duplicates++;
                        break;
                    default:
                        tooOld++;
                        break;
                }
            }
        }

        foreach (var number in _series.AsSpan(from, stored))
        {
            if (!head.NoteJournaled(number))
            {
                AddEntry(number);
            }
        }

        return stored;
    }

    private void Judge(ReadOnlySpan<SampleQuality> qualities, int count)
    {
        if (qualities.IsEmpty)
        {
            _qualities.AsSpan(_count, count).Clear();
            return;
        }

        qualities.CopyTo(_qualities.AsSpan(_count));
        _allGood &= qualities.IndexOfAnyExcept(SampleQuality.Good) < 0;
    }

    // The first of a series in this run of the journal, so also the first of one that had ended.
    private void AddEntry(int series)
    {
        table.Return(series);
        var labels = table.CanonicalOf(series);
        var length = SeriesPayload.EntryHeadBytes + labels.Length;
        if (_entries.Length - _entriesUsed < length)
        {
            Array.Resize(ref _entries, Math.Max(_entries.Length * 2, _entriesUsed + length));
        }

        SeriesPayload.WriteEntry(_entries.AsSpan(_entriesUsed), series, labels);
        _entriesUsed += length;
    }

    private void Journal()
    {
        if (_entriesUsed > 0)
        {
            journal.AddSeries(_entries.AsSpan(0, _entriesUsed));
        }

        if (_count > 0)
        {
            journal.AddSamples(
                _polls.AsSpan(0, _pollCount), _series.AsSpan(0, _count), _values.AsSpan(0, _count), _allGood ? default : _qualities.AsSpan(0, _count));
            journal.Wake();
        }
    }
}

/// <summary>How far a batch has been appended.</summary>
internal struct BatchCursor
{
    public int Poll { get; private set; }

    public int InPoll { get; private set; }

    public int Sample { get; private set; }

    public void Move(int samples, int pollSamples)
    {
        Sample += samples;
        InPoll += samples;
        if (InPoll == pollSamples)
        {
            Poll++;
            InPoll = 0;
        }
    }
}
