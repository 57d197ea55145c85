using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>Turns the facts of a draft into rows. One draft, one thread; placements and identifiers cost no object.</summary>
/// <param name="owners">The owners that the store knows; those that are new are added at the end.</param>
internal sealed class FactEncoder(List<string> owners) : IDisposable
{
    // Guessed: the shared values of a draft are at most as many; beyond it each is written anew.
    private const int SharedMax = 8192;

    private readonly Dictionary<FactValue, byte[]> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal) { [""] = [] };
    private readonly Dictionary<string, int> _owners = Numbered(owners);
    private readonly ArrayBufferWriter<byte> _json = new(256);
    private readonly Utf8JsonWriter _writer = new(Stream.Null);

    /// <summary>Writes every fact of a batch.</summary>
    /// <param name="draft">Whose facts.</param>
    /// <param name="afterId">Id of the last fact before them.</param>
    /// <param name="change">The change set that records them.</param>
    /// <param name="sink">Where to.</param>
    /// <param name="cancellationToken">Ends it between two facts.</param>
    public void Write(ChangeDraft draft, long afterId, ChangeSetId change, FactSink sink, CancellationToken cancellationToken)
    {
        Span<byte> placement = stackalloc byte[24];
        var batch = draft.Record;
        for (var index = 0; index < batch.Count; index++)
        {
            if ((index & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var row = batch.Row(index);
            Check(draft, row);
            var value = row.Aspect switch
            {
                FactAspect.Placement => Text(row.Place, placement),
                FactAspect.Identifier => row.Text,
                _ => Json(row.Value!),
            };
            sink.Take(new StoredFact
            {
                Id = afterId + index + 1,
                SubjectKind = (long)row.Subject.Kind,
                SubjectNumber = row.Subject.Number,
                Aspect = (long)row.Aspect,
                Key = Key(row.Key),
                Value = value,
                ValidFromMs = row.Valid.FromMs,
                ValidToMs = row.Valid.ToMs,
                DeclaredBy = Owner(row.DeclaredBy),
                RecordedBy = change.Number,
                RetractedBy = 0,
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static void Check(ChangeDraft draft, in FactRow row)
    {
        var end = row.Subject.Kind == SubjectKind.Node ? draft.NextNode : draft.NextAsset;
        if (row.Subject.Number >= end || (row.Aspect == FactAspect.Placement && row.Place.Node >= draft.NextNode))
        {
            throw new InvalidOperationException(
                $"Bug: a draft by {draft.Author} records {row.Aspect} of {row.Subject}, but its counters end before what that names");
        }
    }

    private static Dictionary<string, int> Numbered(List<string> owners)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < owners.Count; i++)
        {
            numbers[owners[i]] = i + 1;
        }

        return numbers;
    }

    private static ReadOnlySpan<byte> Text(StableKey place, Span<byte> into)
    {
        _ = Utf8Formatter.TryFormat(place.Node, into, out var used);
        into[used++] = (byte)'/';
        _ = Utf8Formatter.TryFormat(place.Part, into[used..], out var rest);
        return into[..(used + rest)];
    }

    private int Owner(string name)
    {
        if (name.Length == 0)
        {
            return 0;
        }

        if (!_owners.TryGetValue(name, out var id))
        {
            owners.Add(name);
            id = owners.Count;
            _owners.Add(name, id);
        }

        return id;
    }

    private byte[] Key(string key)
    {
        if (!_keys.TryGetValue(key, out var utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(key);
            if (_keys.Count < SharedMax)
            {
                _keys.Add(key, utf8);
            }
        }

        return utf8;
    }

    private ReadOnlySpan<byte> Json(FactValue value)
    {
        if (_values.TryGetValue(value, out var utf8))
        {
            return utf8;
        }

        _json.ResetWrittenCount();
        _writer.Reset(_json);
        JsonSerializer.Serialize(_writer, value, FactJson.Value);
        _writer.Flush();
        if (_values.Count < SharedMax)
        {
            _values.Add(value, _json.WrittenSpan.ToArray());
        }

        return _json.WrittenSpan;
    }
}
