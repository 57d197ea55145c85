using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb;

/// <summary>A journal's folder that a test writes segment by segment, in the form that a store writes.</summary>
internal sealed class WrittenJournal(string folder)
{
    private readonly List<byte> _records = [];
    private SegmentHeader? _header;
    private long _ordinal;

    /// <summary>The ordinal of the segment that is being written; 0 before the first.</summary>
    public long Ordinal => _ordinal;

    /// <summary>Ends a segment and begins the next.</summary>
    public void Begin(ulong run)
    {
        End();
        _header = new SegmentHeader(++_ordinal, run, CreatedMs: 0);
    }

    /// <summary>A record that gives numbers to label sets.</summary>
    public void Series(IEnumerable<(int Number, LabelSet Labels)> entries)
    {
        var payload = new List<byte>();
        foreach (var (number, labels) in entries)
        {
            var entry = new byte[SeriesPayload.EntryHeadBytes + labels.Canonical.Length];
            SeriesPayload.WriteEntry(entry, number, labels.Canonical);
            payload.AddRange(entry);
        }

        Add(JournalRecordKind.Series, [.. payload]);
    }

    /// <summary>A record of samples.</summary>
    public void Samples(Poll[] polls, int[] numbers, double[] values, SampleQuality[] qualities)
    {
        var payload = new byte[SamplesPayload.BytesFor(polls.Length, values.Length, qualities.Length > 0)];
        SamplesPayload.Write(payload, polls, numbers, values, qualities);
        Add(JournalRecordKind.Samples, payload);
    }

    /// <summary>Writes the last segment.</summary>
    public void End()
    {
        if (_header is { } header && _records.Count > 0)
        {
            var head = new byte[JournalFormat.SegmentHeaderBytes];
            JournalFormat.WriteSegmentHeader(head, header);
            File.WriteAllBytes(Path.Combine(folder, JournalFormat.FileName(header.Ordinal)), [.. head, .. _records]);
        }

        _records.Clear();
    }

    private void Add(JournalRecordKind kind, ReadOnlySpan<byte> payload)
    {
        var record = new byte[JournalFormat.RecordHeaderBytes + payload.Length];
        payload.CopyTo(record.AsSpan(JournalFormat.RecordHeaderBytes));
        JournalFormat.WriteRecordHeader(record, kind, _header!.Value);
        _records.AddRange(record);
    }
}
