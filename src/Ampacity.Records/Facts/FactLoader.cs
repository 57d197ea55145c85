using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>Brings stored rows into a <see cref="FactTable"/> and checks what the tables themselves do not. One load, one thread.</summary>
/// <param name="table">Where to.</param>
/// <param name="head">The state of which the rows are read.</param>
/// <param name="place">Of the store, for messages.</param>
internal sealed class FactLoader(FactTable table, RecordHead head, string place) : FactSink
{
    // Derived: 262,144 texts of about 100 bytes are 40 MB while loading, and hold every shared value of a fleet of 77,000 racks.
    private const int SharedMax = 262_144;

    private static readonly HashSet<string> IdentifierKinds = [.. Enum.GetNames<IdentifierKind>()];

    private readonly Dictionary<byte[], Shared> _shared = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], string> _keys = new(Utf8Comparer.Instance);
    private long _lastRecordedBy;

    /// <inheritdoc/>
    public override void Take(in StoredFact fact)
    {
        var kind = (SubjectKind)fact.SubjectKind;
        var end = kind switch
        {
            SubjectKind.Node => head.NextNode,
            SubjectKind.Asset => head.NextAsset,
            _ => throw Damaged(fact.Id, $"is about a subject of kind {fact.SubjectKind}, which is not known"),
        };
        if (fact.SubjectNumber < 0 || fact.SubjectNumber >= end)
        {
            throw Damaged(fact.Id, string.Create(
                CultureInfo.InvariantCulture, $"is about {new Subject(kind, fact.SubjectNumber)}, but the counters have given numbers below {end} only"));
        }

        if (fact.RecordedBy < Math.Max(_lastRecordedBy, 1) || fact.RecordedBy > head.Newest.Id.Number || fact.RetractedBy > head.Newest.Id.Number)
        {
            throw Damaged(fact.Id, string.Create(
                CultureInfo.InvariantCulture, $"was recorded by change set {fact.RecordedBy} and retracted by {fact.RetractedBy}, the newest is {head.Newest.Id}"));
        }

        if (fact.DeclaredBy < 0 || fact.DeclaredBy > head.Owners.Count)
        {
            throw Damaged(fact.Id, string.Create(CultureInfo.InvariantCulture, $"was declared by owner {fact.DeclaredBy}, which is not in the table of owners"));
        }

        _lastRecordedBy = fact.RecordedBy;
        var aspect = (FactAspect)fact.Aspect;
        var key = Key(fact.Key);
        var position = default(StableKey);
        var text = default(ReadOnlySpan<byte>);
        var value = 0;
        switch (aspect)
        {
            case FactAspect.Placement:
                position = Place(fact);
                break;
            case FactAspect.Identifier:
                if (!IdentifierKinds.Contains(key) || fact.Value.Length > TextSlab.MaxBytes)
                {
                    throw Damaged(fact.Id, $"is an identifier of kind '{key}' with {fact.Value.Length} bytes, which this program does not record");
                }

                text = fact.Value;
                break;
            default:
                value = Value(fact, aspect);
                break;
        }

        var row = new FactRow(
            new Subject(kind, fact.SubjectNumber), aspect, key, null, position, text, new Validity(fact.ValidFromMs, fact.ValidToMs),
            fact.DeclaredBy == 0 ? "" : head.Owners[(int)fact.DeclaredBy - 1]);
        try
        {
            table.Load(new FactId(fact.Id), row, value, new ChangeSetId(fact.RecordedBy), new ChangeSetId(fact.RetractedBy));
        }
        catch (FormatException gap)
        {
            throw Damaged(fact.Id, gap.Message, gap);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private string Key(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        var keys = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!keys.TryGetValue(utf8, out var key))
        {
            key = Encoding.UTF8.GetString(utf8);
            if (_keys.Count < SharedMax)
            {
                keys[utf8] = key;
            }
        }

        return key;
    }

    private StableKey Place(in StoredFact fact)
    {
        if (Utf8Parser.TryParse(fact.Value, out int rack, out var used) && used < fact.Value.Length && fact.Value[used] == (byte)'/'
            && Utf8Parser.TryParse(fact.Value[(used + 1)..], out ushort part, out var rest) && used + 1 + rest == fact.Value.Length
            && rack >= 0 && rack < head.NextNode)
        {
            return new StableKey(rack, part);
        }

        throw Damaged(fact.Id, $"is a placement at '{Excerpt(fact.Value)}', which is no rack/part of this inventory");
    }

    private int Value(in StoredFact fact, FactAspect aspect)
    {
        var shared = _shared.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!shared.TryGetValue(fact.Value, out var kept))
        {
            kept = Parse(fact);
            if (_shared.Count < SharedMax)
            {
                shared[fact.Value] = kept;
            }
        }

        return kept.Aspect == aspect
            ? kept.Number
            : throw Damaged(fact.Id, $"holds a value of aspect {kept.Aspect} in a row of aspect {aspect}");
    }

    private Shared Parse(in StoredFact fact)
    {
        try
        {
            var value = JsonSerializer.Deserialize(fact.Value, FactJson.Value) ?? throw new JsonException("null");
            return new Shared(table.KeepValue(value), FactAspects.Of(value));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw Damaged(fact.Id, $"holds a value that cannot be read, '{Excerpt(fact.Value)}' ({exception.Message})", exception);
        }
    }

    private RecordStoreException Damaged(long id, string what, Exception? cause = null) => new(
        RecordStoreFailure.Corrupt,
        $"{place}: {new FactId(id)} {what}: it was changed by hand or is damaged, or a newer version wrote it: restore it from a backup",
        cause);

    private static string Excerpt(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 80)]);

    private readonly record struct Shared(int Number, FactAspect Aspect);
}
