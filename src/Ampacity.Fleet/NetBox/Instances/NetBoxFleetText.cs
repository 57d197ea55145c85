using System.Globalization;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Writes what was imported as fleet files, always in the same order.</summary>
internal static class NetBoxFleetText
{
    /// <summary>The file of all tenants; null where there is none.</summary>
    public static NetBoxFile? Tenants(NetBoxWork work)
    {
        if (work.Tenants.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder("# Tenants out of NetBox. The next import writes this file anew.\nampacity: 1\nowns: fleet\norganisations:\n");
        foreach (var (id, name) in work.Tenants.OrderBy(pair => pair.Value, StringComparer.Ordinal))
        {
            var title = NetBoxText.Printable(work.Find(NetBoxCollections.Tenants, id)!.Text("name")!, 200);
            text.Append(CultureInfo.InvariantCulture, $"  {Key(name)}: {{title: {NetBoxText.Scalar(title)}, roles: [tenant]}}\n");
        }

        return new("tenants.yaml", text.ToString());
    }

    /// <summary>The file of one site.</summary>
    public static NetBoxFile Site(ImportedPlace site, NetBoxFormerNames former)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Out of NetBox: site {site.Source!.Id}. The next import writes this file anew: declare more in a file of your own.\n");
        text.Append(CultureInfo.InvariantCulture, $"ampacity: 1\nowns: {NetBoxText.Scalar(site.Name)}\nsites:\n  {Key(site.Name)}:");
        Place(text, site, former, "    ");
        // 'tenants' is the other file's name.
        return new(site.Name == "tenants" ? "site-tenants.yaml" : $"{site.Name}.yaml", text.ToString());
    }

    /// <summary>A list on one line.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(NetBoxText.Scalar))}]";

    // Leaves the line of the key open: a place of which nothing is said is {}.
    private static void Place(StringBuilder text, ImportedPlace place, NetBoxFormerNames former, string indent)
    {
        var start = text.Length;
        text.Append('\n');
        var body = text.Length;
        Line(text, indent, "formerly", former.Of(place) is { } was ? NetBoxText.Scalar(was) : null);
        Line(text, indent, "removed", former.RemovedFrom(place) is { Count: > 0 } gone ? List(gone) : null);
        Line(text, indent, "tenant", place.Tenant is { } tenant ? NetBoxText.Scalar(tenant) : null);
        Line(text, indent, "note", place.Note is { } note ? NetBoxText.Scalar(note) : null);
        Line(text, indent, "tags", place.Tags.Count > 0 ? List(place.Tags) : null);
        if (place.Power.Count > 0)
        {
            Line(text, indent, "power", "");
            foreach (var node in place.Power.OrderBy(node => node.Name, NaturalOrder.Comparer).ThenBy(node => node.Name, StringComparer.Ordinal))
            {
                Line(text, indent + "  ", Key(node.Name), Node(node, former));
            }
        }

        Below(text, place, NodeKind.Building, "buildings", former, indent);
        Below(text, place, NodeKind.Hall, "halls", former, indent);
        if (place.Racks.Count > 0)
        {
            Racks(text, place, former, indent);
        }

        if (text.Length == body)
        {
            text.Length = start;
            text.Append(" {}\n");
        }
    }

    private static void Below(StringBuilder text, ImportedPlace place, NodeKind kind, string key, NetBoxFormerNames former, string indent)
    {
        var below = place.Below.Where(other => other.Kind == kind).OrderBy(other => other.Name, NaturalOrder.Comparer)
            .ThenBy(other => other.Name, StringComparer.Ordinal).ToList();
        if (below.Count == 0)
        {
            return;
        }

        Line(text, indent, key, "");
        foreach (var other in below)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}  {Key(other.Name)}:");
            Place(text, other, former, indent + "    ");
        }
    }

    private static void Racks(StringBuilder text, ImportedPlace hall, NetBoxFormerNames former, string indent)
    {
        var racks = hall.Racks.OrderBy(rack => rack.Path, NaturalOrder.Comparer).ThenBy(rack => rack.Path, StringComparer.Ordinal).ToList();
        Line(text, indent, "racks", "");
        foreach (var rack in racks)
        {
            Line(text, indent + "  ", Key(rack.Path), Map(Keys(rack, former.Of(rack))));
        }

        var assets = racks.SelectMany(rack => rack.Assets
            .OrderBy(asset => asset.Position, NaturalOrder.Comparer).ThenBy(asset => asset.Position, StringComparer.Ordinal)
            .Select(asset => (Path: asset.Position.Length == 0 ? rack.Path : $"{rack.Path}/{asset.Position}", asset.Keys))).ToList();
        if (assets.Count > 0)
        {
            Line(text, indent, "assets", "");
            foreach (var (path, keys) in assets)
            {
                Line(text, indent + "  ", Key(path), Map(keys));
            }
        }
    }

    private static IEnumerable<(string Key, string Value)> Keys(ImportedRack rack, string? formerly)
    {
        if (formerly is not null)
        {
            yield return ("formerly", NetBoxText.Scalar(formerly));
        }

        // An empty map declares nothing, so a rack of which nothing is known says at least where it is from.
        if (rack.Frame is { } frame)
        {
            yield return ("frame", frame);
        }

        if (rack.Feeds.Count > 0)
        {
            yield return ("feeds", List(rack.Feeds.Select(feed => Name(feed, rack.Hall))));
        }

        if (rack.Tenant is { } tenant)
        {
            yield return ("tenant", NetBoxText.Scalar(tenant));
        }

        if (rack.State is { } state)
        {
            yield return ("state", state);
        }

        if (rack.Tags.Count > 0)
        {
            yield return ("tags", List(rack.Tags));
        }

        if (rack.Note is { } note)
        {
            yield return ("note", NetBoxText.Scalar(note));
        }
        else if (rack is { Frame: null, Feeds.Count: 0, Tenant: null, State: null, Tags.Count: 0 })
        {
            yield return ("note", NetBoxText.Scalar($"In NetBox: {NetBoxText.Printable(rack.Source.Text("name")!, 200)}"));
        }
    }

    private static string Node(ImportedPower node, NetBoxFormerNames former)
    {
        var keys = new List<(string, string)> { ("kind", node.Kind.ToString()) };
        if (node.FedBy.Count > 0)
        {
            keys.Add(("fedBy", node.FedBy.Count == 1 ? NetBoxText.Scalar(Name(node.FedBy[0], node.Place)) : List(node.FedBy.Select(feed => Name(feed, node.Place)))));
        }

        if (former.Of(node) is { } was)
        {
            keys.Add(("formerly", NetBoxText.Scalar(was)));
        }

        if (node.Rating is { } rating)
        {
            keys.Add(("rating", rating));
        }

        if (node.Phases is { } phases)
        {
            keys.Add(("phases", phases));
        }

        if (node.Continuous is { } continuous)
        {
            keys.Add(("continuous", FormattableString.Invariant($"{continuous:0.####}")));
        }

        if (node.Tags.Count > 0)
        {
            keys.Add(("tags", List(node.Tags)));
        }

        if (node.Note is { } note)
        {
            keys.Add(("note", NetBoxText.Scalar(note)));
        }

        return Map(keys);
    }

    // The bare name is found from the same hall, its building or its site; from elsewhere it takes the whole path.
    private static string Name(ImportedPower node, ImportedPlace from) =>
        from.Sees(node.Place) ? node.Name : $"{node.Place.Path}/{node.Name}";

    private static string Key(string name) => NetBoxText.Scalar(name);

    private static string Map(IEnumerable<(string Key, string Value)> keys) =>
        $"{{{string.Join(", ", keys.Select(pair => $"{pair.Key}: {pair.Value}"))}}}";

    private static void Line(StringBuilder text, string indent, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(indent).Append(key).Append(value.Length == 0 ? ":" : ": ").Append(value).Append('\n');
        }
    }
}
