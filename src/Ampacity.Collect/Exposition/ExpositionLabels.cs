namespace Ampacity.Collect;

/// <summary>
/// Walks the labels of a sample: what stands between the braces. A quoted string without a value is the metric's name (Prometheus 3, UTF-8
/// names). Escapes are undone into a buffer that the walk may replace by a larger one.
/// </summary>
/// <param name="text">From behind the opening brace to the end of the line.</param>
/// <param name="buffer">Room for what is unescaped.</param>
internal ref struct ExpositionLabels(ReadOnlySpan<byte> text, byte[] buffer)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private byte[] _buffer = buffer;
    private int _used;

    /// <summary>Valid until the next step. <c>__name__</c> for the metric's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the walk stands; behind the closing brace when it has come to its end.</summary>
    public int Position { get; private set; }

    /// <summary>What is wrong, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>The buffer, which may have grown.</summary>
    public readonly byte[] Buffer => _buffer;

    /// <summary>Steps to the next label; false at the closing brace or at an error.</summary>
    public bool MoveNext()
    {
        _used = 0;
        SkipSpace();
        if (Position == _text.Length)
        {
            return Fail("the closing } is missing");
        }

        if (_text[Position] == '}')
        {
            Position++;
            return false;
        }

        if (!TryReadName(out var isQuoted))
        {
            return false;
        }

        SkipSpace();
        if (Position < _text.Length && _text[Position] == '=')
        {
            Position++;
            SkipSpace();
            if (!TryReadString(out var value))
            {
                return false;
            }

            Value = value;
        }
        else if (isQuoted)
        {
            Value = Name;
            Name = "__name__"u8;
        }
        else
        {
            return Fail("a label's name is not followed by =");
        }

        SkipSpace();
        if (Position < _text.Length && _text[Position] == ',')
        {
            Position++;
            return true;
        }

        return (Position < _text.Length && _text[Position] == '}') || Fail("a label is not followed by , or }");
    }

    /// <summary>Length of the metric or label name that a text begins with; colons are for metrics.</summary>
    public static int NameLength(ReadOnlySpan<byte> text, bool colons)
    {
        var at = 0;
        while (at < text.Length)
        {
            var character = text[at];
            var isLetter = char.IsAsciiLetter((char)character) || character == '_' || (colons && character == ':');
            if (!isLetter && (at == 0 || !char.IsAsciiDigit((char)character)))
            {
                break;
            }

            at++;
        }

        return at;
    }

    private bool TryReadName(out bool isQuoted)
    {
        isQuoted = _text[Position] == '"';
        if (isQuoted)
        {
            var ok = TryReadString(out var quoted);
            Name = quoted;
            return ok;
        }

        var length = NameLength(_text[Position..], colons: false);
        Name = _text.Slice(Position, length);
        Position += length;
        return length > 0 || Fail("a label's name has to begin with a letter or _");
    }

    private bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (Position == _text.Length || _text[Position] != '"')
        {
            return Fail("a label's value is not in double quotes");
        }

        var rest = _text[++Position..];
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            return Fail("the closing \" is missing");
        }

        if (rest[end] == '"')
        {
            Position += end + 1;
            value = rest[..end];
            return true;
        }

        return TryUnescape(rest, out value);
    }

    // Other sequences than \\ \" \n stay as they are, as in Prometheus.
    private bool TryUnescape(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        if (_buffer.Length - _used < rest.Length)
        {
            // What was unescaped before lies in the old buffer, which the spans over it keep.
            _buffer = new byte[Math.Max(rest.Length, _buffer.Length * 2)];
            _used = 0;
        }

        var start = _used;
        for (var at = 0; at < rest.Length; at++)
        {
            var character = rest[at];
            if (character == '"')
            {
                Position += at + 1;
                value = _buffer.AsSpan(start, _used - start);
                return true;
            }

            if (character == '\\' && at + 1 < rest.Length && rest[at + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
            {
                character = rest[++at] == 'n' ? (byte)'\n' : rest[at];
            }

            _buffer[_used++] = character;
        }

        value = default;
        return Fail("the closing \" is missing");
    }

    private void SkipSpace()
    {
        while (Position < _text.Length && _text[Position] is (byte)' ' or (byte)'\t')
        {
            Position++;
        }
    }

    private bool Fail(string what)
    {
        Error = what;
        return false;
    }
}
