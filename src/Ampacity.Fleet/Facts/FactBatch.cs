using System.Collections;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// Facts to record, as columns: a delivery of 7.5 million things with serials is 15 million facts and fits in 700 MB here.
/// Their ids and change set are given when they are recorded.
/// </summary>
/// <remarks>Not thread-safe while it is written; any thread once it is whole.</remarks>
public sealed class FactBatch : IReadOnlyList<Fact>
{
    private readonly List<FactPage> _pages = [];
    private readonly TextSlab _texts = new();
    private readonly List<FactValue> _values = [];
    private readonly Dictionary<FactValue, int> _shared = [];

    // Values beyond this many different ones are kept each for itself: most of them, such as names, are used once.
    private const int SharedMax = 4096;

    internal SharedList<string> Keys { get; } = new(StringComparer.Ordinal);

    internal SharedList<long> Instants { get; } = new();

    internal SharedList<string> Owners { get; } = new(StringComparer.Ordinal);

    internal IReadOnlyList<FactValue> Values => _values;

    internal TextSlab Texts => _texts;

    /// <summary>How many facts it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a fact.</summary>
    public void Add(Subject subject, FactValue value, string key, Validity valid, string declaredBy)
    {
        switch (value)
        {
            case PlacementFact placement:
                AddPlacement(new AssetId(subject.Number), new StableKey(placement.Rack, placement.Part), valid, declaredBy);
                return;
            case IdentifierFact identifier:
                AddIdentifier(new AssetId(subject.Number), identifier.Kind, identifier.Text, valid, declaredBy);
                return;
        }

        if (!_shared.TryGetValue(value, out var number))
        {
            number = _values.Count;
            _values.Add(value);
            if (_shared.Count < SharedMax)
            {
                _shared.Add(value, number);
            }
        }

        Append(subject, FactAspects.Of(value), key, number, valid, declaredBy);
    }

    /// <summary>Adds the fact that an asset is in a place, without making an object of it.</summary>
    public void AddPlacement(AssetId asset, StableKey place, Validity valid, string declaredBy) =>
        Append(Subject.Asset(asset), FactAspect.Placement, "", ((long)place.Node << 16) | (uint)place.Part, valid, declaredBy);

    /// <summary>Adds the fact that an asset has an identifier, without making an object of it.</summary>
    /// <param name="asset">Whose.</param>
    /// <param name="kind">Which.</param>
    /// <param name="text">Normalised, at most <see cref="TextSlab.MaxBytes"/> UTF-8 bytes.</param>
    /// <param name="valid">When it holds.</param>
    /// <param name="declaredBy">Owner, or empty.</param>
    public void AddIdentifier(AssetId asset, IdentifierKind kind, ReadOnlySpan<char> text, Validity valid, string declaredBy)
    {
        Span<byte> utf8 = stackalloc byte[TextSlab.MaxBytes + 4];
        if (!Encoding.UTF8.TryGetBytes(text, utf8, out var length))
        {
            throw new ArgumentException($"an identifier has at most {TextSlab.MaxBytes} bytes of UTF-8", nameof(text));
        }

        Append(Subject.Asset(asset), FactAspect.Identifier, IdentifierKeys.Of(kind), _texts.Add(utf8[..length]), valid, declaredBy);
    }

    /// <summary>Adds a fact as another states it.</summary>
    public void Add(Fact fact) => Add(fact.Subject, fact.Value, fact.Key, fact.Valid, fact.DeclaredBy);

    /// <summary>A fact of the batch, from 0; its id is 0.</summary>
    public Fact this[int index]
    {
        get
        {
            var row = Row(index);
            return new Fact(default, row.Subject, row.Key, row.ToValue(), row.Valid, row.DeclaredBy, default);
        }
    }

    /// <summary>A batch of some facts.</summary>
    public static FactBatch Of(IEnumerable<Fact> facts)
    {
        var batch = new FactBatch();
        foreach (var fact in facts)
        {
            batch.Add(fact);
        }

        return batch;
    }

    /// <summary>All of them as objects, made one by one.</summary>
    public IEnumerator<Fact> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A fact of the batch as the record keeps it, without making an object of a placement or an identifier.</summary>
    public FactRow Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var (page, at) = (_pages[index >> FactPage.Bits], index & FactPage.Mask);
        var aspect = (FactAspect)page.Aspect[at];
        var payload = page.Payload[at];
        return new FactRow(
            new Subject((SubjectKind)page.Kind[at], page.Subject[at]),
            aspect,
            Keys[page.Key[at]],
            aspect is FactAspect.Placement or FactAspect.Identifier ? null : _values[(int)payload],
            aspect == FactAspect.Placement ? new StableKey((int)(payload >> 16), (int)(payload & 0xffff)) : default,
            aspect == FactAspect.Identifier ? _texts[payload] : default,
            new Validity(Instants[page.From[at]], Instants[page.To[at]]),
            Owners[page.Owner[at]]);
    }

    internal FactPage PageOf(int index) => _pages[index >> FactPage.Bits];

    private void Append(Subject subject, FactAspect aspect, string key, long payload, Validity valid, string declaredBy)
    {
        var at = Count & FactPage.Mask;
        if (at == 0)
        {
            _pages.Add(Count == 0 ? new FactPage(64) : new FactPage());
        }
        else if (at == _pages[^1].Room)
        {
            _pages[^1] = _pages[^1].Grown();
        }

        var page = _pages[^1];
        page.Subject[at] = checked((int)subject.Number);
        page.Kind[at] = (byte)subject.Kind;
        page.Aspect[at] = (byte)aspect;
        page.Key[at] = Keys.Add(key);
        page.Payload[at] = payload;
        page.From[at] = Instants.Add(valid.FromMs);
        page.To[at] = Instants.Add(valid.ToMs);
        page.Owner[at] = checked((ushort)Owners.Add(declaredBy));
        Count++;
    }
}
