using System.Collections.Frozen;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>What all steps of one conversion share: the export by id, the report, and how words are carried over. For one thread.</summary>
internal sealed class NetBoxWork(NetBoxExport export, SkuCatalogue catalogue)
{
    private const int LongestNote = 1000;
    private readonly Dictionary<string, FrozenDictionary<long, NetBoxObject>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _carried = new(StringComparer.Ordinal);
    private readonly Dictionary<(IdentifierKind, string), string> _identifiers = [];

    public NetBoxExport Export { get; } = export;

    public SkuCatalogue Catalogue { get; } = catalogue;

    public NetBoxReport Report { get; } = new();

    /// <summary>Names of tenants by NetBox id.</summary>
    public Dictionary<long, string> Tenants { get; } = [];

    /// <summary>Sites in the order of ids.</summary>
    public List<ImportedPlace> Sites { get; } = [];

    /// <summary>Site, building or hall by location.</summary>
    public Dictionary<long, ImportedPlace> PlaceOfLocation { get; } = [];

    public Dictionary<long, ImportedPlace> PlaceOfSite { get; } = [];

    public Dictionary<long, ImportedRack> Racks { get; } = [];

    public NetBoxObject? Find(string collection, long? id)
    {
        if (!_byId.TryGetValue(collection, out var objects))
        {
            _byId[collection] = objects = Export[collection].ToFrozenDictionary(item => item.Id);
        }

        return id is { } number ? objects.GetValueOrDefault(number) : null;
    }

    public void Carry(NetBoxObject item) => _carried[item.Collection] = _carried.GetValueOrDefault(item.Collection) + 1;

    public IEnumerable<NetBoxCount> Counts => NetBoxCollections.Read
        .Where(list => !Export[list.Name].IsEmpty)
        .Select(list => new NetBoxCount(list.Name, Export[list.Name].Length, _carried.GetValueOrDefault(list.Name)));

    public string? TenantOf(NetBoxObject item)
    {
        if (item.Reference("tenant") is not { } id)
        {
            return null;
        }

        if (Tenants.TryGetValue(id, out var name))
        {
            return name;
        }

        Report.LeftOut(item, "unknown-tenant", "its tenant is not in the export");
        return null;
    }

    /// <summary>NetBox's words about a thing: its name where ours is another, its description and comments.</summary>
    public string? NoteOf(NetBoxObject item, string? name)
    {
        string?[] words =
        [
            name is not null && item.Text("name") is { } text && NetBoxNames.Differs(text, name) ? $"In NetBox: {text}" : null,
            item.Text("description"), item.Text("comments"),
        ];
        var note = NetBoxText.Printable(string.Join('\n', words.OfType<string>()), int.MaxValue).Trim();
        if (note.Length <= LongestNote)
        {
            return note.Length == 0 ? null : note;
        }

        Report.Changed(item, "long-note", "its description and comments are cut to 1000 characters");
        return NetBoxText.Printable(note, LongestNote);
    }

    /// <summary>Tags of NetBox, and further words.</summary>
    public IReadOnlyList<string> TagsOf(NetBoxObject item, params ReadOnlySpan<string?> more)
    {
        var tags = new List<string>();
        foreach (var tag in item.List("tags"))
        {
            Add(tag.ValueKind == JsonValueKind.Object ? NetBoxObject.Text(tag, "slug") ?? NetBoxObject.Text(tag, "name") : NetBoxObject.Choice(tag));
        }

        tags.Sort(StringComparer.Ordinal);
        foreach (var word in more)
        {
            Add(word);
        }

        if (tags.Count > 64)
        {
            Report.LeftOut(item, "many-tags", "only its first 64 tags are carried over");
        }

        return [.. tags.Take(64)];

        void Add(string? word)
        {
            if (word is null)
            {
                return;
            }

            var tag = string.Concat(NetBoxText.Printable(word, int.MaxValue).Select(c => char.IsWhiteSpace(c) || c == ',' ? '-' : c));
            if (tag.Length > 64)
            {
                Report.LeftOut(item, "long-tag", "a tag has at most 64 characters");
            }
            else if (!tags.Contains(tag, StringComparer.Ordinal))
            {
                tags.Add(tag);
            }
        }
    }

    /// <summary>The slug or name of what a reference names, with a word before it: <c>role-compute</c>.</summary>
    public static string? TagOf(NetBoxObject item, string field, string before) =>
        item.Nested(field) is { } nested && (NetBoxObject.Text(nested, "slug") ?? NetBoxObject.Text(nested, "name")) is { } name
            ? before + name
            : null;

    /// <summary>An identifier in its one form, or null where it is none or another thing has it.</summary>
    public string? Identifier(NetBoxObject item, IdentifierKind kind, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var word = kind switch
        {
            IdentifierKind.Serial => "serial",
            IdentifierKind.AssetTag => "asset-tag",
            IdentifierKind.Mac => "mac",
            _ => "hostname",
        };
        if (!IdentifierText.TryNormalise(kind, NetBoxText.Printable(text, int.MaxValue), out var normal, out _))
        {
            Report.LeftOut(item, $"no-{word}", $"what stands as {word} is none", NetBoxText.Printable(text, 40));
            return null;
        }

        if (!_identifiers.TryAdd((kind, normal), item.Label))
        {
            Report.LeftOut(item, $"duplicate-{word}", $"another object has the same {word} already; it stays with the one of the lower id",
                $"{normal} is that of {_identifiers[(kind, normal)]}");
            return null;
        }

        return normal;
    }

    /// <summary>The lifecycle state that a status stands for, or null with a line in the report.</summary>
    public string? StateOf(NetBoxObject item, FrozenDictionary<string, LifecycleState> states)
    {
        if (item.Choice("status") is not { } status)
        {
            return null;
        }

        if (states.TryGetValue(status, out var state))
        {
            return state.ToString();
        }

        Report.LeftOut(item, "unknown-status", "its status is none of NetBox's own; it gets no state", NetBoxText.Printable(status, 40));
        return null;
    }
}
