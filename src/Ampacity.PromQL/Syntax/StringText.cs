using System.Globalization;
using System.Text;

namespace Ampacity.PromQL;

/// <summary>String literals as Go writes them: double or single quotes with escapes, back-quotes without.</summary>
internal static class StringText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="PromQLSyntaxException">Not closed, an unknown escape, or bytes that are not UTF-8.</exception>
    public static string Unquote(string text, int start, out int end)
    {
        var quote = text[start];
        var bytes = new List<byte>();
        var at = start + 1;
        Span<byte> utf8 = stackalloc byte[4];
        while (true)
        {
            if (at >= text.Length || (text[at] == '\n' && quote != '`'))
            {
                throw new PromQLSyntaxException(text, new SourceSpan(start, at), "unterminated quoted string");
            }

            var c = text[at];
            if (c == quote)
            {
                end = at + 1;
                break;
            }

            if (c == '\\' && quote != '`')
            {
                at = Escape(text, at, quote, bytes);
                continue;
            }

            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                throw new PromQLSyntaxException(text, new SourceSpan(at, at + 1), "half a surrogate pair in a string");
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            at += length;
        }

        try
        {
            return Strict.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
        }
        catch (ArgumentException)
        {
            throw new PromQLSyntaxException(text, new SourceSpan(start, end), "the escapes of this string do not make UTF-8");
        }
    }

    private static int Escape(string text, int at, char quote, List<byte> bytes)
    {
        var c = at + 1 < text.Length ? text[at + 1] : '\0';
        var simple = c switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' => '\\',
            _ when c == quote => c,
            _ => '\0',
        };
        if (simple != '\0')
        {
            bytes.Add((byte)simple);
            return at + 2;
        }

        var (digits, numberBase, skip) = c switch
        {
            'x' => (2, 16, 2),
            'u' => (4, 16, 2),
            'U' => (8, 16, 2),
            >= '0' and <= '7' => (3, 8, 1),
            _ => (0, 0, 0),
        };
        var end = at + skip + digits;
        if (digits == 0 || end > text.Length || !TryNumber(text.AsSpan(at + skip, digits), numberBase, out var value))
        {
            throw new PromQLSyntaxException(text, new SourceSpan(at, Math.Min(at + 2, text.Length)), $"unknown escape sequence \\{c}");
        }

        if (c is 'u' or 'U')
        {
            if (!Rune.IsValid((int)Math.Min(value, int.MaxValue)))
            {
                throw new PromQLSyntaxException(text, new SourceSpan(at, end), "escape sequence is an invalid Unicode code point");
            }

            Span<byte> utf8 = stackalloc byte[4];
            bytes.AddRange(utf8[..new Rune((int)value).EncodeToUtf8(utf8)]);
        }
        else if (value > 255)
        {
            throw new PromQLSyntaxException(text, new SourceSpan(at, end), "octal escape over 255");
        }
        else
        {
            bytes.Add((byte)value);
        }

        return end;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, int numberBase, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            var weight = int.TryParse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : 16;
            if (weight >= numberBase)
            {
                return false;
            }

            value = (value * numberBase) + weight;
        }

        return true;
    }
}
