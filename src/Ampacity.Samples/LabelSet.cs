using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Ampacity.Samples;

/// <summary>
/// The identity of a series: names and values, sorted by name (ordinal on UTF-8 bytes), kept as one byte array.
/// </summary>
/// <remarks>
/// Immutable and safe from any thread. The bytes are the *canonical form*: for each label
/// <c>u16 nameLength · name · u16 valueLength · value</c>, little-endian, UTF-8, no empty value, no name twice.
/// Equality is a byte compare, so two label sets that differ can never be merged.
/// </remarks>
public sealed class LabelSet : IEquatable<LabelSet>
{
    /// <summary>The label that holds the metric's name.</summary>
    public const string MetricName = "__name__";

    /// <summary>The label set without labels, as a PromQL aggregation over everything gives.</summary>
    public static readonly LabelSet Empty = new([]);

    // Per process, so that hostile labels cannot be prepared to collide (DESIGN §9).
    private static readonly long Seed = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());

    private readonly byte[] _buffer;
    private readonly int _offset;
    private readonly int _length;
    private readonly int _hash;

    private LabelSet(ArraySegment<byte> canonical)
    {
        (_buffer, _offset, _length) = (canonical.Array!, canonical.Offset, canonical.Count);
        _hash = unchecked((int)XxHash3.HashToUInt64(canonical, Seed));
    }

    /// <summary>The canonical form; never changes.</summary>
    public ReadOnlySpan<byte> Canonical => new(_buffer, _offset, _length);

    /// <summary>How many labels there are.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var _ in this)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>Value of <see cref="MetricName"/>, or an empty string.</summary>
    public string Name => this[MetricName];

    /// <summary>The value of a label, or an empty string where it is absent (PromQL makes no difference).</summary>
    public string this[string name]
    {
        get
        {
            foreach (var label in this)
            {
                if (label.NameEquals(name))
                {
                    return label.Value;
                }
            }

            return "";
        }
    }

    /// <summary>A label set from pairs in any order; empty values are dropped.</summary>
    /// <exception cref="ArgumentException">A name occurs twice or is empty, or a part is over 65,535 bytes.</exception>
    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in labels)
        {
            builder.Add(name, value);
        }

        return builder.Build();
    }

    /// <summary>A label set from bytes that are already canonical; copied.</summary>
    /// <exception cref="ArgumentException">The bytes are not canonical.</exception>
    public static LabelSet FromCanonical(ReadOnlySpan<byte> canonical)
    {
        if (!LabelSetBuilder.IsCanonical(canonical))
        {
            throw new ArgumentException("not a canonical label set", nameof(canonical));
        }

        return canonical.IsEmpty ? Empty : new LabelSet(canonical.ToArray());
    }

    /// <summary>
    /// A label set over canonical bytes that lie in a larger buffer and never change; not copied, so a store that keeps the bytes of a million
    /// series keeps them once.
    /// </summary>
    /// <exception cref="ArgumentException">The bytes are not canonical.</exception>
    public static LabelSet Over(ArraySegment<byte> canonical) =>
        !LabelSetBuilder.IsCanonical(canonical) ? throw new ArgumentException("not a canonical label set", nameof(canonical))
            : canonical.Count == 0 ? Empty : new LabelSet(canonical);

    /// <summary>A hash of labels in canonical form, seeded per process: different ones say that the labels differ, equal ones that they very probably do not.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> canonical) => XxHash3.HashToUInt64(canonical, Seed);

    internal static LabelSet Adopt(byte[] canonical) => canonical.Length == 0 ? Empty : new LabelSet(canonical);

    /// <summary>Walks the labels in order of name without allocating.</summary>
    public Enumerator GetEnumerator() => new(Canonical);

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Canonical.SequenceEqual(other.Canonical));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>As Prometheus writes it: <c>name{a="b"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        var separator = '{';
        foreach (var label in this)
        {
            if (label.NameEquals(MetricName))
            {
                continue;
            }

            text.Append(separator).Append(label.Name).Append("=\"")
                .Append(label.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
            separator = ',';
        }

        return separator == ',' ? text.Append('}').ToString() : text.Length == 0 ? "{}" : text.ToString();
    }

    /// <summary>One label of a set; a view on its bytes.</summary>
    public readonly ref struct Label(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        /// <summary>The name's UTF-8 bytes.</summary>
        public ReadOnlySpan<byte> NameBytes { get; } = name;

        /// <summary>The value's UTF-8 bytes; never empty.</summary>
        public ReadOnlySpan<byte> ValueBytes { get; } = value;

        /// <summary>The name; allocates.</summary>
        public string Name => Encoding.UTF8.GetString(NameBytes);

        /// <summary>The value; allocates.</summary>
        public string Value => Encoding.UTF8.GetString(ValueBytes);

        /// <summary>Compares the name without allocating; names over 256 characters compare by allocation.</summary>
        public bool NameEquals(string name)
        {
            if (name.Length > 256)
            {
                return name == Name;
            }

            Span<byte> utf8 = stackalloc byte[name.Length * 3];
            return NameBytes.SequenceEqual(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
        }
    }

    /// <summary>The labels of canonical bytes, without an object for them.</summary>
    public readonly ref struct Enumerable(ReadOnlySpan<byte> canonical)
    {
        private readonly ReadOnlySpan<byte> _canonical = canonical;

        /// <summary>Walks the labels in order of name without allocating.</summary>
        public Enumerator GetEnumerator() => new(_canonical);
    }

    /// <summary>Walks canonical bytes.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> canonical)
    {
        private ReadOnlySpan<byte> _rest = canonical;

        /// <summary>The label that the walk stands on.</summary>
        public Label Current { get; private set; }

        /// <summary>Steps to the next label.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var name = Take();
            Current = new Label(name, Take());
            return true;
        }

        private ReadOnlySpan<byte> Take()
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
            var part = _rest.Slice(2, length);
            _rest = _rest[(2 + length)..];
            return part;
        }
    }
}
