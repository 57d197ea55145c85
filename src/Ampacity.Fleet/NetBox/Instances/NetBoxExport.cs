using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>A list of a NetBox instance of which nothing was read.</summary>
/// <param name="Collection">Its name, such as <c>modules</c>.</param>
/// <param name="Count">How many objects it has; null if nobody knows.</param>
/// <param name="Why">Why it was not read.</param>
public sealed record NetBoxUnread(string Collection, long? Count, string Why);

/// <summary>
/// What a NetBox instance holds, object by object as its REST API (4.0 to 4.7) writes them. Immutable; safe from any thread.
/// </summary>
public sealed class NetBoxExport
{
    /// <summary>Longest export file, bytes: 1 GiB, about 400,000 devices with their ports and cables (estimated).</summary>
    public const int MaxBytes = 1 << 30;

    /// <summary>Most objects; three ports and two cables for each of half a million devices (guessed).</summary>
    public const int MaxObjects = 3_000_000;

    /// <summary>Deepest nesting of JSON; what NetBox writes has about 8 levels.</summary>
    public const int MaxDepth = 64;

    /// <summary>Key of what objects were called here when files were last made of them: path by <c>racks/60</c>.</summary>
    public const string BeforeKey = "imported-before";

    private readonly ImmutableDictionary<string, ImmutableArray<NetBoxObject>> _collections;

    internal NetBoxExport(
        string name, string? version, ImmutableDictionary<string, ImmutableArray<NetBoxObject>> collections, ImmutableArray<NetBoxUnread> unread)
    {
        Name = name;
        Version = version;
        Unread = unread;
        _collections = collections;
    }

    /// <summary>File or address that it came from.</summary>
    public string Name { get; }

    /// <summary>NetBox's version, such as <c>4.6.8</c>; null if not said.</summary>
    public string? Version { get; }

    /// <summary>Path here by name there (<c>racks/60</c>) when files were last made of this instance; empty for the first time.</summary>
    public ImmutableDictionary<string, string> Before { get; internal init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Which NetBox it is of, as its objects call it (<c>netbox.example.com</c>); <see cref="NetBoxInstance.Unnamed"/> where none says.</summary>
    public string Instance => NetBoxCollections.Read.SelectMany(list => this[list.Name].Take(1)).Select(item => NetBoxInstance.Of(item.Json))
        .FirstOrDefault(name => name is not null) ?? NetBoxInstance.Unnamed;

    /// <summary>Lists that hold something and were not read.</summary>
    public ImmutableArray<NetBoxUnread> Unread { get; }

    /// <summary>Objects of a list by id, such as <c>["racks"]</c>; empty for a list that the export does not have.</summary>
    public ImmutableArray<NetBoxObject> this[string collection] => _collections.GetValueOrDefault(collection, []);

    /// <summary>Whether a list was given at all, if only as an empty one.</summary>
    public bool Has(string collection) => _collections.ContainsKey(collection);

    /// <summary>Number of objects in all lists.</summary>
    public int Count => _collections.Values.Sum(list => list.Length);

    /// <summary>
    /// Reads an export: one JSON object with a list for each collection (<c>sites</c>, <c>racks</c>, <c>power-feeds</c>, …), each item as
    /// NetBox's REST API writes it. In place of a list the API's whole answer (<c>{"count": …, "results": […]}</c>) may stand.
    /// </summary>
    /// <param name="name">Name that errors show.</param>
    /// <param name="utf8">The file's bytes, UTF-8 with or without a byte order mark.</param>
    /// <returns>The export, or every error with its line and path; never throws for what stands in the file.</returns>
    public static FileResult<NetBoxExport> Parse(string name, ReadOnlyMemory<byte> utf8)
    {
        var builder = new NetBoxExportBuilder(name);
        builder.AddDocument(utf8);
        return builder.Build();
    }

    /// <summary>As the other one, of text.</summary>
    public static FileResult<NetBoxExport> Parse(string name, string text) => Parse(name, Encoding.UTF8.GetBytes(text));

    /// <summary>As the others, of a stream, which is read to its end but not beyond <see cref="MaxBytes"/>.</summary>
    public static async Task<FileResult<NetBoxExport>> ParseAsync(string name, Stream stream, CancellationToken cancellationToken = default)
    {
        var buffer = new byte[64 << 10];
        var used = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(used), cancellationToken);
            if (read == 0)
            {
                return Parse(name, buffer.AsMemory(0, used));
            }

            used += read;
            if (used > MaxBytes)
            {
                return new([new(name, 1, "$", "too-long", $"the export is over {MaxBytes >> 20} MiB; export the sites one by one")]);
            }

            if (used == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, MaxBytes + 1L));
            }
        }
    }

    /// <summary>Writes what <see cref="Parse(string, ReadOnlyMemory{byte})"/> reads: to keep what an instance said on a day.</summary>
    public void Write(Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = false });
        writer.WriteStartObject();
        if (Version is not null)
        {
            writer.WriteString(NetBoxExportBuilder.VersionKey, Version);
        }

        foreach (var collection in NetBoxCollections.Read.Where(c => Has(c.Name)))
        {
            writer.WriteStartArray(collection.Name);
            foreach (var item in this[collection.Name])
            {
                item.Json.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        writer.WriteStartArray(NetBoxExportBuilder.UnreadKey);
        foreach (var unread in Unread)
        {
            writer.WriteStartObject();
            writer.WriteString("collection", unread.Collection);
            if (unread.Count is { } count)
            {
                writer.WriteNumber("count", count);
            }

            writer.WriteString("why", unread.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
