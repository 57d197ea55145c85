using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The <c>sites</c> and <c>templates</c> sections: sites, buildings and halls, stamped and named.</summary>
internal sealed class SiteSection(DataNode root, OwnedPlaces owned, HallSection bodies, FileErrors errors)
{
    private readonly HashSet<string> _usedTemplates = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stated = new(StringComparer.Ordinal);
    private readonly List<DataNode?> _formerly = [];
    private int _halls;

    /// <summary>All halls with what they were read from; for checks that span the file.</summary>
    public PowerChainCheck Paths { get; } = new(errors);

    public ImmutableArray<DeclaredPremises> Read()
    {
        var sites = root["sites"]!.Select(site => Premises(site, NodeKind.Site, site.Name, null)).ToImmutableArray();
        foreach (var (path, node) in owned.Unstated(_stated))
        {
            errors.Add(node, "owned-unstated", $"sites does not state {path}; state it there, if only as {{}}, or take it out of owns");
        }

        FormerlyCheck.Check(_formerly, _stated.Contains, errors);
        foreach (var template in (root["templates"] ?? Enumerable.Empty<DataNode>()).Where(t => !_usedTemplates.Contains(t.Name)))
        {
            bodies.Read(new(template, key => template[key]));
        }

        Paths.Check(owned);
        return sites;
    }

    private DeclaredPremises Premises(DataNode node, NodeKind kind, string path, NodeNames? site)
    {
        _stated.Add(path);
        _formerly.Add(node["formerly"]);
        if (kind == NodeKind.Site && node.Name == DeclaredFile.WholeFleet)
        {
            errors.Add(node, "reserved-name", "owns: fleet means the whole fleet, so no site bears that name; write another");
        }

        var owner = owned.OwnerOf(path);
        if (owner is null && !owned.Holds(path))
        {
            errors.Add(node, "outside-owned", $"{path} is not in what the file owns; add it to owns, or take it out");
        }

        foreach (var key in owner is null ? new[] { "operator", "tenant", "owner", "note", "tags", "formerly", "power", "cooling", "removed" } : [])
        {
            if (node[key] is { } stated)
            {
                errors.Add(stated, "outside-owned", $"the file does not own {path} itself; add it to owns, or take {key} out");
            }
        }

        var (names, outer) = (new NodeNames(), new OuterNames());
        HallSection.Unique([node["power"], node["cooling"], node["buildings"]], "a site or building", errors);
        var power = PowerSection.Read(node["power"], names, outer, errors);
        var cooling = CoolingSection.Read(node["cooling"], names, outer, errors);
        NodeNames[] around = site is null ? [names] : [names, site];
        Paths.Add(path, power, node["power"], around, names);
        Paths.Resolve(outer, path, around[1..]);
        var buildings = (node["buildings"] ?? Enumerable.Empty<DataNode>())
            .Select(building => Premises(building, NodeKind.Building, $"{path}/{building.Name}", names)).ToImmutableArray();
        var halls = (node["halls"] ?? Enumerable.Empty<DataNode>()).SelectMany(hall => Halls(hall, node, path, around)).ToImmutableArray();
        return new(kind, node.Name, path, owner, ItemText.Parties(node), node["note"]?.Text, ItemText.Texts(node["tags"]), node["formerly"]?.Text,
            power, cooling, buildings, halls, ItemText.Texts(node["removed"]), node.KeyLine);
    }

    private IEnumerable<DeclaredHall> Halls(DataNode node, DataNode premises, string path, NodeNames[] around)
    {
        DataNode? template = null;
        if (node["use"] is { } use)
        {
            template = root["templates"]?[use.Text];
            _usedTemplates.Add(use.Text);
            if (template is null)
            {
                errors.Add(use, "unknown-template", $"no template is named '{use.Text}'; {NodeNames.Hint(root["templates"]?.Members.Keys ?? [])}");
            }
            else if (template["use"] is { } nested)
            {
                errors.Add(nested, "template-in-template", "a template uses no other; write its keys out");
            }
        }

        var names = HallRange.Names(node.Name);
        if (names is null)
        {
            errors.Add(node, "hall-range", $"'{node.Name}' counts backwards or to more than {FleetFile.MaxHalls} halls; write the lower name first, such as h02-h08");
            yield break;
        }

        if (names.Count > 1 && node["formerly"] is { } former)
        {
            errors.Add(former, "formerly-twice", "several halls cannot have been one; name the hall that it was by itself");
        }

        foreach (var name in names)
        {
            if (++_halls > FleetFile.MaxHalls)
            {
                errors.Add(node, "too-many-halls", FormattableString.Invariant($"more than {FleetFile.MaxHalls} halls; declare the fleet site by site"));
                yield break;
            }

            yield return Hall(new(node, key => node[key] ?? template?[key]), name, premises, $"{path}/{name}", around);
        }
    }

    private DeclaredHall Hall(HallKeys keys, string name, DataNode premises, string path, NodeNames[] around)
    {
        _formerly.Add(keys.At["formerly"]);
        if (!_stated.Add(path) || premises["power"]?[name] is not null || premises["cooling"]?[name] is not null)
        {
            errors.Add(keys.At, "duplicate-name", string.Create(CultureInfo.InvariantCulture, $"{path} is stated already; names are unique in a site or building"));
        }

        var owner = owned.OwnerOf(path);
        if (owner is null)
        {
            errors.Add(keys.At, "outside-owned", $"{path} is not in what the file owns; add it to owns, or take it out");
        }

        var reading = bodies.Read(keys);
        Paths.Add(path, reading.Body.Power, keys.Find("power"), [reading.Names, .. around], reading.Names);
        Paths.Resolve(reading.Outer, path, around);
        return Declare(keys, name, path, owner ?? path, reading, errors);
    }

    /// <summary>A hall from its keys and its body.</summary>
    internal static DeclaredHall Declare(HallKeys keys, string name, string path, string owner, HallReading reading, FileErrors errors)
    {
        var (runner, tenant, property) = (keys.Find("operator")?.Text, keys.Find("tenant")?.Text, keys.Find("owner")?.Text);
        return new(name, path, owner, (runner, tenant, property) is (null, null, null) ? null : new(runner, tenant, property),
            keys.Find("note")?.Text, ItemText.Texts(keys.Find("tags")), keys.At["formerly"]?.Text,
            ProgrammeSection.Tranches(keys.Find("tranches"), errors), reading.Body, keys.At.KeyLine);
    }
}
