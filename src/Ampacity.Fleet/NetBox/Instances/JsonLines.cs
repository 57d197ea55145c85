namespace Ampacity.Fleet;

/// <summary>Which line a byte of a JSON text stands on; asked in rising order, so that the text is passed once.</summary>
internal ref struct JsonLines(ReadOnlySpan<byte> utf8)
{
    private readonly ReadOnlySpan<byte> _utf8 = WithoutMark(utf8);
    private int _offset;
    private int _line = 1;

    /// <summary>The text behind a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> utf8) => utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

    /// <summary>The line, from 1.</summary>
    public int At(long offset)
    {
        var end = (int)Math.Min(offset, _utf8.Length);
        if (end > _offset)
        {
            _line += _utf8[_offset..end].Count((byte)'\n');
            _offset = end;
        }

        return _line;
    }
}
