namespace Ampacity.Collect;

/// <summary>What a remote write 2.0 series says of its metric, by symbol.</summary>
internal readonly record struct SymbolMetadata(int Name, MetricKind Kind, int Help, int Unit);

/// <summary>
/// The symbols of one remote write 2.0 request: where each lies, its key, and what was said of the metric of that name. Used again and
/// again; one thread at a time.
/// </summary>
internal sealed class SymbolTable
{
    private const int KeepSymbols = 65_536;

    private Symbol[] _symbols = new Symbol[1024];

    /// <summary>Room for the keys of one series' symbols; twice 64 labels.</summary>
    public SeriesKey[] Keys { get; } = new SeriesKey[128];

    public int Count { get; private set; }

    /// <summary>The symbol <c>__name__</c>, or −1.</summary>
    public int NameLabel { get; private set; } = -1;

    /// <summary>What was said of metrics, each once.</summary>
    public List<SymbolMetadata> Metadata { get; } = [];

    public void Add(ReadOnlySpan<byte> request, int offset, int length)
    {
        if (Count == _symbols.Length)
        {
            Array.Resize(ref _symbols, Count * 2);
        }

        var text = request.Slice(offset, length);
        if (text.SequenceEqual("__name__"u8))
        {
            NameLabel = Count;
        }

        _symbols[Count++] = new Symbol(offset, length, SeriesKey.Of(text), default);
    }

    public SeriesKey KeyOf(int symbol) => _symbols[symbol].Key;

    public ReadOnlySpan<byte> TextOf(int symbol, ReadOnlySpan<byte> request) =>
        request.Slice(_symbols[symbol].Offset, _symbols[symbol].Length);

    /// <summary>Notes what a series says of its metric, unless the series before it said the same.</summary>
    public void Note(in SymbolMetadata metadata)
    {
        ref var symbol = ref _symbols[metadata.Name];
        if (symbol.Said != metadata)
        {
            symbol = symbol with { Said = metadata };
            Metadata.Add(metadata);
        }
    }

    public void Clear()
    {
        Count = 0;
        NameLabel = -1;
        Metadata.Clear();
        if (_symbols.Length > KeepSymbols)
        {
            _symbols = new Symbol[1024];
            Metadata.Capacity = 0;
        }
    }

    private readonly record struct Symbol(int Offset, int Length, SeriesKey Key, SymbolMetadata Said);
}
