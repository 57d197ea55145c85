namespace Ampacity.Tsdb;

/// <summary>What a walk over a segment stands on.</summary>
internal enum WalkStep
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>Bytes that are no record, with whole records behind them.</summary>
    Damage,

    /// <summary>Bytes that are no record, up to the end: what a crash in the middle of a write leaves.</summary>
    TornTail,
}

/// <summary>Walks the records of a segment in memory, over damage to the next whole record. Zeros at the end are space not yet written.</summary>
internal ref struct JournalWalk(ReadOnlySpan<byte> segment, SegmentHeader header)
{
    private readonly ReadOnlySpan<byte> _segment = segment;
    private readonly SegmentHeader _header = header;
    private int _next = JournalFormat.SegmentHeaderBytes;

    public WalkStep Step { get; private set; }

    /// <summary>Where the step begins in the file.</summary>
    public int Offset { get; private set; }

    /// <summary>Its bytes, a record's header included.</summary>
    public int Length { get; private set; }

    public JournalRecordKind Kind { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    public bool MoveNext()
    {
        Offset = _next;
        if (Offset >= _segment.Length)
        {
            return false;
        }

        if (JournalFormat.TryReadRecord(_segment, Offset, _header, out var kind, out var payload))
        {
            Step = WalkStep.Record;
            Kind = kind;
            Payload = payload;
            Length = JournalFormat.RecordHeaderBytes + payload.Length;
            _next += Length;
            return true;
        }

        if (_segment[Offset..].IndexOfAnyExcept((byte)0) < 0)
        {
            return false;
        }

        Payload = default;
        var found = JournalFormat.FindRecord(_segment, Offset + 1, _header);
        Step = found < 0 ? WalkStep.TornTail : WalkStep.Damage;
        _next = found < 0 ? _segment.Length : found;
        Length = _next - Offset;
        return true;
    }
}
