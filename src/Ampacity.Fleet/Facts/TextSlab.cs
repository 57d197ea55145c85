using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// Many short texts as UTF-8 in a few large arrays: 7.5 million serials of 14 bytes are 105 MB here and about 400 MB as strings.
/// </summary>
/// <remarks>One writer; readers may read what was there when they got their reference.</remarks>
public sealed class TextSlab
{
    /// <summary>Longest text, UTF-8 bytes: its length is one byte of the reference.</summary>
    public const int MaxBytes = 255;

    private const int PageBits = 20;
    private const int PageBytes = 1 << PageBits;
    private byte[][] _pages = [];
    private long _end;

    /// <summary>Keeps a text and gives its reference: offset · 256 + length.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxBytes"/>.</exception>
    public long Add(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
        {
            throw new ArgumentException($"an identifier has at most {MaxBytes} bytes, not {text.Length}", nameof(text));
        }

        // A text never straddles two pages.
        if ((_end & (PageBytes - 1)) + text.Length > PageBytes)
        {
            _end = ((_end >> PageBits) + 1) << PageBits;
        }

        var page = (int)(_end >> PageBits);
        if (page >= _pages.Length)
        {
            byte[][] pages = [.. _pages, new byte[PageBytes]];
            Volatile.Write(ref _pages, pages);
        }

        text.CopyTo(_pages[page].AsSpan((int)(_end & (PageBytes - 1))));
        var reference = (_end << 8) | (uint)text.Length;
        _end += text.Length;
        return reference;
    }

    /// <summary>The text of a reference.</summary>
    public ReadOnlySpan<byte> this[long reference]
    {
        get
        {
            var offset = reference >> 8;
            return Volatile.Read(ref _pages)[(int)(offset >> PageBits)].AsSpan((int)(offset & (PageBytes - 1)), (int)(reference & 0xff));
        }
    }

    /// <summary>The text of a reference as a string.</summary>
    public string Text(long reference) => Encoding.UTF8.GetString(this[reference]);
}
