using Snappier;

namespace Ampacity.Collect;

/// <summary>
/// Makes one remote-write 2.0 request of the 1.0 requests that wait in a queue: each text once, as a symbol, and beside each series what is known of its
/// metric. Start timestamps are left at 0, "not known": no source's are stored.
/// </summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class SymbolRequestWriter(Func<string, MetricDescription?> describe)
{
    // Symbol 0 is the empty text, as the specification demands.
    private const int Empty = 0;

    // What a family's series are called beside its own name: senders describe the family.
    private static readonly string[] Suffixes = ["_bucket", "_count", "_sum", "_total", "_info", "_created"];

    private readonly Dictionary<SeriesKey, int> _symbolOf = [];
    private readonly List<byte[]?> _metadataOf = [];
    private readonly WireWriter _symbols = new();
    private readonly WireWriter _series = new();
    private readonly WireWriter _refs = new();
    private readonly WireWriter _samples = new();
    private int _nameLabel;

    /// <summary>The request as a Snappy block.</summary>
    /// <exception cref="WireFormatException">A record is no 1.0 request: our own bug, for its checksum was right.</exception>
    public byte[] Write(IReadOnlyList<ForwardRecord> records)
    {
        _symbolOf.Clear();
        _metadataOf.Clear();
        _symbols.Clear();
        _series.Clear();
        Symbol([]);
        _nameLabel = Symbol("__name__"u8);
        foreach (var record in records)
        {
            var request = Snappy.DecompressToArray(record.Content.Span);
            for (var fields = new ProtobufWalk(request, 0); fields.MoveNext();)
            {
                AddSeries(fields.Content, fields.ContentOffset);
            }
        }

        // One message behind the other is one message of both.
        var plain = new byte[_symbols.Length + _series.Length];
        _symbols.Written.CopyTo(plain);
        _series.Written.CopyTo(plain.AsSpan(_symbols.Length));
        return Snappy.CompressToArray(plain);
    }

    // TimeSeries { 1 labels_refs packed, 2 samples …, 5 metadata } as field 5 of Request.
    private void AddSeries(ReadOnlySpan<byte> series, int offset)
    {
        _refs.Clear();
        _samples.Clear();
        byte[]? metadata = null;
        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field == 2)
            {
                // Value and timestamp have the same fields in both versions.
                _samples.Bytes(2, fields.Content);
                continue;
            }

            var label = new ProtobufWalk(fields.Content, fields.ContentOffset);
            label.MoveNext();
            var name = Symbol(label.Content);
            label.MoveNext();
            var value = Symbol(label.Content);
            _refs.Varint((uint)name);
            _refs.Varint((uint)value);
            if (name == _nameLabel)
            {
                metadata = MetadataOf(value, label.Content);
            }
        }

        _series.Head(5, 1 + WireWriter.SizeOf((uint)_refs.Length) + _refs.Length + _samples.Length + (metadata?.Length ?? 0));
        _series.Bytes(1, _refs.Written);
        _series.Raw(_samples.Written);
        _series.Raw(metadata);
    }

    private int Symbol(ReadOnlySpan<byte> text)
    {
        ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_symbolOf, SeriesKey.Of(text), out var isKnown);
        if (!isKnown)
        {
            number = _metadataOf.Count;
            _metadataOf.Add(null);
            _symbols.Bytes(4, text);
        }

        return number;
    }

    // Metadata { 1 type, 3 help_ref, 4 unit_ref } as field 5 of TimeSeries; empty where nothing is known of the metric.
    private byte[] MetadataOf(int name, ReadOnlySpan<byte> text)
    {
        if (_metadataOf[name] is { } known)
        {
            return known;
        }

        byte[] encoded = [];
        if (Describe(System.Text.Encoding.UTF8.GetString(text)) is { } said)
        {
            var help = said.Help.Length == 0 ? Empty : Symbol(System.Text.Encoding.UTF8.GetBytes(said.Help));
            var unit = said.Unit.Length == 0 ? Empty : Symbol(System.Text.Encoding.UTF8.GetBytes(said.Unit));
            var metadata = new WireWriter();
            metadata.Number(1, (ulong)said.Kind);
            metadata.Number(3, (uint)help);
            metadata.Number(4, (uint)unit);
            var field = new WireWriter();
            field.Bytes(5, metadata.Written);
            encoded = field.Written.ToArray();
        }

        return _metadataOf[name] = encoded;
    }

    private MetricDescription? Describe(string name)
    {
        if (describe(name) is { } said)
        {
            return said;
        }

        var suffix = Array.Find(Suffixes, suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        return suffix is null ? null : describe(name[..^suffix.Length]);
    }
}
