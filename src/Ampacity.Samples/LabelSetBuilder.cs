using System.Buffers.Binary;
using System.Text;

namespace Ampacity.Samples;

/// <summary>
/// Gathers labels in any order and writes the canonical form of <see cref="LabelSet"/>. Reusable; one thread at a time.
/// </summary>
public sealed class LabelSetBuilder
{
    /// <summary>Most bytes a name or a value may have: the length is a u16 in the canonical form.</summary>
    public const int MaxPartBytes = ushort.MaxValue;

    private byte[] _text = new byte[512];
    private int _used;
    private (int Name, int NameLength, int Value, int ValueLength)[] _labels = new (int, int, int, int)[16];

    /// <summary>Labels gathered so far, empty values included.</summary>
    public int Count { get; private set; }

    /// <summary>Starts over, keeping the buffers.</summary>
    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    /// <summary>Adds a label; an empty value means the label is absent and is dropped on <see cref="Build"/>.</summary>
    /// <exception cref="ArgumentException">The name is empty, or a part is over <see cref="MaxPartBytes"/>.</exception>
    public LabelSetBuilder Add(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Reserve(Encoding.UTF8.GetMaxByteCount(name.Length) + Encoding.UTF8.GetMaxByteCount(value.Length));
        var nameLength = Encoding.UTF8.GetBytes(name, _text.AsSpan(_used));
        var valueLength = Encoding.UTF8.GetBytes(value, _text.AsSpan(_used + nameLength));
        Note(nameLength, valueLength);
        return this;
    }

    /// <summary>Adds a label from UTF-8 bytes, which are copied; the caller has checked that they are UTF-8.</summary>
    /// <exception cref="ArgumentException">The name is empty, or a part is over <see cref="MaxPartBytes"/>.</exception>
    public LabelSetBuilder Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty)
        {
            throw new ArgumentException("a label has no name", nameof(name));
        }

        Reserve(name.Length + value.Length);
        name.CopyTo(_text.AsSpan(_used));
        value.CopyTo(_text.AsSpan(_used + name.Length));
        Note(name.Length, value.Length);
        return this;
    }

    /// <summary>The label set gathered; the builder can go on.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public LabelSet Build() => LabelSet.Adopt(WriteCanonical().ToArray());

    /// <summary>The canonical bytes, valid until the builder is used again; allocates only when buffers grow.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public ReadOnlySpan<byte> WriteCanonical()
    {
        SortByName();
        var start = _used;
        Reserve(_used + (Count * 4));
        var at = start;
        for (var i = 0; i < Count; i++)
        {
            var (name, nameLength, value, valueLength) = _labels[i];
            if (valueLength == 0)
            {
                continue;
            }

            at = Write(at, name, nameLength);
            at = Write(at, value, valueLength);
        }

        return _text.AsSpan(start, at - start);
    }

    /// <summary>Whether bytes are the canonical form: whole, sorted, no name twice, nothing empty.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> previous = default;
        while (!bytes.IsEmpty)
        {
            if (!TryTake(ref bytes, out var name) || !TryTake(ref bytes, out var value)
                || name.IsEmpty || value.IsEmpty || (!previous.IsEmpty && previous.SequenceCompareTo(name) >= 0))
            {
                return false;
            }

            previous = name;
        }

        return true;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> bytes, scoped out ReadOnlySpan<byte> part)
    {
        part = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (bytes.Length < 2 + length)
        {
            return false;
        }

        part = bytes.Slice(2, length);
        bytes = bytes[(2 + length)..];
        return true;
    }

    private ReadOnlySpan<byte> NameAt(int i) => _text.AsSpan(_labels[i].Name, _labels[i].NameLength);

    private int Write(int at, int from, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_text.AsSpan(at), (ushort)length);
        _text.AsSpan(from, length).CopyTo(_text.AsSpan(at + 2));
        return at + 2 + length;
    }

    private void Note(int nameLength, int valueLength)
    {
        if (nameLength > MaxPartBytes || valueLength > MaxPartBytes)
        {
            throw new ArgumentException($"a label's name or value is over {MaxPartBytes} bytes");
        }

        if (Count == _labels.Length)
        {
            Array.Resize(ref _labels, Count * 2);
        }

        _labels[Count++] = (_used, nameLength, _used + nameLength, valueLength);
        _used += nameLength + valueLength;
    }

    // Insertion sort: senders almost always send sorted labels, and there are tens of them.
    private void SortByName()
    {
        for (var i = 1; i < Count; i++)
        {
            for (var j = i; j > 0; j--)
            {
                var order = NameAt(j - 1).SequenceCompareTo(NameAt(j));
                if (order == 0)
                {
                    throw new ArgumentException($"label {Encoding.UTF8.GetString(NameAt(j))} occurs twice");
                }

                if (order < 0)
                {
                    break;
                }

                (_labels[j - 1], _labels[j]) = (_labels[j], _labels[j - 1]);
            }
        }
    }

    private void Reserve(int bytes)
    {
        if (_text.Length - _used < bytes)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + bytes));
        }
    }
}
