using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>What one answer of NetBox's REST API held beside its objects.</summary>
/// <param name="Count">How many objects the whole list has; null if not said.</param>
/// <param name="Next">Address of the next page as written; null at the end.</param>
/// <param name="Added">Objects of this page that were new.</param>
/// <param name="Repeated">Objects of this page that an earlier one had.</param>
public sealed record NetBoxPage(long? Count, string? Next, int Added, int Repeated);

/// <summary>
/// Collects an export from pages or from a file, and holds every object to its shape as it comes. For one thread.
/// </summary>
/// <param name="name">File or address, as the export shows it.</param>
public sealed class NetBoxExportBuilder(string name)
{
    internal const string VersionKey = "netbox-version";
    internal const string UnreadKey = "not-read";

    private readonly Dictionary<string, SortedDictionary<long, NetBoxObject>> _collections = new(StringComparer.Ordinal);
    private readonly List<NetBoxUnread> _unread = [];
    private readonly List<FileError> _errors = [];
    private readonly Dictionary<string, string> _before = new(StringComparer.Ordinal);
    private string? _version;
    private int _count;

    /// <summary>What is wrong so far; at most <see cref="DataFile.MaxErrors"/>.</summary>
    public IReadOnlyList<FileError> Errors => _errors;

    /// <summary>Objects so far.</summary>
    public int Count => _count;

    /// <summary>Says what NetBox calls its version.</summary>
    public void SetVersion(string? version) => _version = version is null ? null : NetBoxText.Printable(version, 64);

    /// <summary>Says that a list stays behind.</summary>
    public void AddUnread(NetBoxUnread unread) => _unread.Add(unread);

    /// <summary>Takes one answer of the REST API: <c>{"count", "next", "previous", "results"}</c>.</summary>
    /// <param name="collection">The list that was asked for; one of <see cref="NetBoxCollections.Read"/>.</param>
    /// <param name="source">Its address, as errors show it.</param>
    /// <param name="utf8">The body.</param>
    /// <returns>What stood beside the objects, or null where something was wrong: see <see cref="Errors"/>.</returns>
    public NetBoxPage? AddPage(string collection, string source, ReadOnlyMemory<byte> utf8)
    {
        var before = _errors.Count;
        NetBoxPage? page = null;
        Guard(source, collection, () =>
        {
            var lines = new JsonLines(utf8.Span);
            var reader = Reader(utf8.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Refuse(source, 1, collection, "not-a-page", $"the answer is a JSON {reader.TokenType}; an answer of NetBox is an object with results");
                return;
            }

            page = Page(ref reader, ref lines, collection, source);
        });
        return _errors.Count == before ? page : null;
    }

    /// <summary>Everything so far, or all errors.</summary>
    public FileResult<NetBoxExport> Build() => _errors.Count > 0
        ? new(_errors.OrderBy(e => e.File == name ? e.Line : 0).ToList())
        : new(new NetBoxExport(
            name, _version,
            _collections.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Values.ToImmutableArray(), StringComparer.Ordinal),
            [.. _unread.OrderBy(unread => unread.Collection, StringComparer.Ordinal)])
        {
            Before = _before.ToImmutableDictionary(StringComparer.Ordinal),
        });

    internal void AddDocument(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > NetBoxExport.MaxBytes)
        {
            Refuse(name, 1, "$", "too-long", $"the export is over {NetBoxExport.MaxBytes >> 20} MiB; export the sites one by one");
            return;
        }

        Guard(name, "$", () =>
        {
            var lines = new JsonLines(utf8.Span);
            var reader = Reader(utf8.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Refuse(name, 1, "$", "not-an-export", reader.TokenType == JsonTokenType.StartArray
                    ? "this is one list, as manage.py dumpdata or one address of the API gives it; write {\"sites\": […], \"racks\": […], …} with each list as the REST API answers it"
                    : "an export is an object with a list for each collection, such as {\"sites\": […], \"racks\": […]}");
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                Member(ref reader, ref lines, key);
            }

            // What stands behind the object is found by reading on.
            reader.Read();
            if (_count == 0 && _errors.Count == 0)
            {
                Refuse(name, 1, "$", "not-an-export", $"none of the lists has an object; the export needs at least {NetBoxCollections.Sites} and {NetBoxCollections.Racks}");
            }
        });
    }

    private void Member(ref Utf8JsonReader reader, ref JsonLines lines, string key)
    {
        if (key == VersionKey && reader.TokenType == JsonTokenType.String)
        {
            SetVersion(reader.GetString());
        }
        else if (key == UnreadKey && reader.TokenType == JsonTokenType.StartArray)
        {
            foreach (var item in JsonElement.ParseValue(ref reader).EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object))
            {
                AddUnread(new(NetBoxText.Printable(NetBoxObject.Text(item, "collection") ?? "?", 64), item.TryGetProperty("count", out var count)
                    && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var n) ? n : null, NetBoxText.Printable(NetBoxObject.Text(item, "why") ?? "", 200)));
            }
        }
        else if (key == NetBoxExport.BeforeKey && reader.TokenType == JsonTokenType.StartObject)
        {
            foreach (var pair in JsonElement.ParseValue(ref reader).EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.String).Take(NetBoxExport.MaxObjects))
            {
                _before[pair.Name] = pair.Value.GetString()!;
            }
        }
        else if (NetBoxCollections.IsRead(key))
        {
            List(ref reader, ref lines, key);
        }
        else
        {
            // Counted, so that the report names it.
            var value = JsonElement.ParseValue(ref reader);
            var list = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("results", out var results) ? results : value;
            if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0)
            {
                AddUnread(new(NetBoxText.Printable(key, 64), list.GetArrayLength(), "this list is not read"));
            }
            else if (list.ValueKind is not (JsonValueKind.Null or JsonValueKind.Array))
            {
                AddUnread(new(NetBoxText.Printable(key, 64), null, "this key is not known"));
            }
        }
    }

    private void List(ref Utf8JsonReader reader, ref JsonLines lines, string collection)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            Items(ref reader, ref lines, collection, name);
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            var line = lines.At(reader.TokenStartIndex);
            if (Page(ref reader, ref lines, collection, name) is { Next: not null } page)
            {
                Refuse(name, line, collection, "one-page", string.Create(CultureInfo.InvariantCulture,
                    $"this is one page of {page.Count?.ToString(CultureInfo.InvariantCulture) ?? "many"} objects, and a next one exists; join the results of all pages"));
            }
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            Refuse(name, lines.At(reader.TokenStartIndex), collection, "not-a-list", $"{collection} is a JSON {reader.TokenType}; write the list of its objects");
        }
    }

    // Stands on the brace that opens the page, and leaves on the one that closes it.
    private NetBoxPage? Page(ref Utf8JsonReader reader, ref JsonLines lines, string collection, string source)
    {
        var line = lines.At(reader.TokenStartIndex);
        (long? count, string? next, (int Added, int Repeated)? items) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            if (key == "results" && reader.TokenType == JsonTokenType.StartArray)
            {
                items = Items(ref reader, ref lines, collection, source);
            }
            else if (key == "next" && reader.TokenType == JsonTokenType.String)
            {
                next = reader.GetString();
            }
            else if (key == "next" && reader.TokenType != JsonTokenType.Null)
            {
                Refuse(source, line, $"{collection}.next", "bad-next", $"next is a JSON {reader.TokenType}; NetBox writes an address or null");
                reader.Skip();
            }
            else if (key == "count" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var n))
            {
                count = n;
            }
            else
            {
                reader.Skip();
            }
        }

        if (items is not { } found)
        {
            Refuse(source, line, collection, "not-a-page", $"the answer has no list 'results'; is this the REST API of a NetBox, and {collection} asked for?");
            return null;
        }

        return new(count, next, found.Added, found.Repeated);
    }

    private (int Added, int Repeated) Items(ref Utf8JsonReader reader, ref JsonLines lines, string collection, string source)
    {
        var objects = _collections.TryGetValue(collection, out var known) ? known : _collections[collection] = [];
        var (index, added) = (0, 0);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var line = lines.At(reader.TokenStartIndex);
            var json = JsonElement.ParseValue(ref reader);
            if (++_count > NetBoxExport.MaxObjects)
            {
                throw new RefusedException(new(source, line, collection, "too-many-objects", $"more than {NetBoxExport.MaxObjects} objects; import the sites one by one"));
            }

            if (NetBoxCheck.Read(collection, index, json, (path, rule, hint) => Refuse(source, line, path, rule, hint)) is { } item
                && objects.TryAdd(item.Id, item))
            {
                added++;
            }

            index++;
        }

        return (added, index - added);
    }

    private void Guard(string source, string path, Action read)
    {
        try
        {
            read();
        }
        catch (JsonException e)
        {
            _errors.Add(new(source, (int)Math.Clamp((e.LineNumber ?? 0) + 1, 1, int.MaxValue), path, "bad-json",
                $"this is not JSON that NetBox writes ({NetBoxText.Printable(e.Message, 200)}); export again, or look at what answers there"));
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException && e.Message.StartsWith("Cannot read", StringComparison.Ordinal))
        {
            // The JSON reader says so of half a surrogate pair and of bytes that are not UTF-8.
            _errors.Add(new(source, 1, path, "bad-text", "some text in it is not Unicode (a half surrogate pair, or not UTF-8); export again as UTF-8"));
        }
        catch (RefusedException e)
        {
            _errors.Add(e.Error);
        }
    }

    private void Refuse(string source, int line, string path, string rule, string hint)
    {
        _errors.Add(new(source, line, path, rule, hint));
        if (_errors.Count >= DataFile.MaxErrors)
        {
            throw new RefusedException(new(source, line, path, "too-many-errors", "too many errors; mend those above first"));
        }
    }

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(JsonLines.WithoutMark(utf8), new JsonReaderOptions { MaxDepth = NetBoxExport.MaxDepth });
        return reader;
    }

    private sealed class RefusedException(FileError error) : Exception(error.Hint)
    {
        public FileError Error { get; } = error;
    }
}
