using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// The beginning of a CSV file: which encoding, which comment, which separator. What follows is read on from the header.
/// </summary>
internal sealed class CsvBeginning : TextReader
{
    private readonly char[] _kept;
    private readonly int _length;
    private readonly TextReader _rest;
    private int _at;

    private CsvBeginning(char[] kept, int at, int length, TextReader rest)
    {
        (_kept, _at, _length, _rest) = (kept, at, length, rest);
    }

    /// <summary>Line of the header, from 1.</summary>
    public int HeaderLine { get; private init; }

    /// <summary>What stands between two fields.</summary>
    public char Separator { get; private init; }

    /// <summary>Reads up to the header.</summary>
    /// <returns>The rest, header first; or null and an error.</returns>
    /// <exception cref="DecoderFallbackException">It is not the text that it seems to be.</exception>
    public static CsvBeginning? Read(Stream content, CsvKind kind, CsvErrors errors)
    {
        var reader = new StreamReader(content, EncodingOf(content, out var first), detectEncodingFromByteOrderMarks: false, 1 << 16, leaveOpen: true);
        var kept = new char[CsvTable.MaxRowChars + first.Length];
        first.CopyTo(kept);
        var length = first.Length + reader.ReadBlock(kept, first.Length, CsvTable.MaxRowChars);
        var (at, line) = (0, 1);
        while (at < length)
        {
            var text = kept.AsSpan(at, length - at);
            var end = text.IndexOfAny('\r', '\n');
            if (end < 0 && length > CsvTable.MaxRowChars)
            {
                errors.Add(line, "$", "line-too-long", CsvTable.TooLong);
                return null;
            }

            var row = text[..(end < 0 ? text.Length : end)];
            var said = row.TrimStart("\" ");
            if (!said.IsEmpty && said[0] != '#' && !row.Trim(",;\t\" ").IsEmpty)
            {
                return new CsvBeginning(kept, at, length, reader) { HeaderLine = line, Separator = SeparatorOf(row) };
            }

            if (!said.IsEmpty && said[0] == '#' && !Comment(said, kind, line, errors))
            {
                return null;
            }

            at += end < 0 ? text.Length : end + (text[end..].StartsWith("\r\n") ? 2 : 1);
            line++;
        }

        errors.Add(1, "$", "empty-file", $"no header was found; its first row names the columns: {string.Join(", ", CsvColumns.Of(kind))}");
        return null;
    }

    public override int Read(char[] buffer, int index, int count)
    {
        if (_at == _length)
        {
            return _rest.Read(buffer, index, count);
        }

        var taken = Math.Min(count, _length - _at);
        _kept.AsSpan(_at, taken).CopyTo(buffer.AsSpan(index));
        _at += taken;
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest.Dispose();
        }

        base.Dispose(disposing);
    }

    // A byte order mark decides; without one it is UTF-8. What was read in vain comes back as text, which is ASCII or not CSV.
    private static Encoding EncodingOf(Stream content, out string first)
    {
        Span<byte> mark = stackalloc byte[3];
        var read = content.ReadAtLeast(mark, 3, throwOnEndOfStream: false);
        first = "";
        Encoding utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        if (mark.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return utf8;
        }

        if (read >= 2 && (mark[..2] is [0xff, 0xfe] or [0xfe, 0xff]))
        {
            // The third byte is half a character: the other half is fetched too.
            Encoding utf16 = new UnicodeEncoding(bigEndian: mark[0] == 0xfe, byteOrderMark: false, throwOnInvalidBytes: true);
            var half = content.ReadByte();
            first = read < 3 ? "" : half < 0 ? throw new DecoderFallbackException("half a character at the end") : utf16.GetString([mark[2], (byte)half]);
            return utf16;
        }

        // A character beyond ASCII may straddle the three bytes: up to three more complete it.
        Span<byte> more = stackalloc byte[6];
        mark[..read].CopyTo(more);
        while (read is > 0 and < 6 && !EndsWhole(more[..read]) && content.ReadByte() is var next and >= 0)
        {
            more[read++] = (byte)next;
        }

        first = utf8.GetString(more[..read]);
        return utf8;
    }

    private static bool EndsWhole(ReadOnlySpan<byte> utf8)
    {
        var last = utf8.Length - 1;
        while (last > 0 && (utf8[last] & 0xc0) == 0x80)
        {
            last--;
        }

        var needs = utf8[last] switch { < 0x80 => 1, >= 0xf0 => 4, >= 0xe0 => 3, >= 0xc0 => 2, _ => 1 };
        return utf8.Length - last >= needs;
    }

    private static bool Comment(ReadOnlySpan<char> text, CsvKind kind, int line, CsvErrors errors)
    {
        const string Ours = "# ampacity ";
        if (!text.StartsWith(Ours))
        {
            return true;
        }

        var said = text[Ours.Length..];
        var end = said.IndexOf(':');
        said = end < 0 ? said.Trim() : said[..end];
        if (said.SequenceEqual($"{kind.Word()} 1"))
        {
            return true;
        }

        errors.Add(line, "$", "wrong-kind", $"the file says that it holds '{said[..Math.Min(said.Length, 40)]}', and '{kind.Word()} 1' was asked for; "
            + $"name its kind ({CsvKinds.Words}), or take that line out");
        return false;
    }

    private static char SeparatorOf(ReadOnlySpan<char> header)
    {
        var (best, most) = (',', 0);
        foreach (var separator in ",;\t")
        {
            if (header.Count(separator) is var count && count > most)
            {
                (best, most) = (separator, count);
            }
        }

        return best;
    }
}
