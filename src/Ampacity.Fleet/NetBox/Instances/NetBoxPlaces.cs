namespace Ampacity.Fleet;

/// <summary>Sites, buildings, halls: NetBox's sites and their trees of locations.</summary>
/// <remarks>
/// NetBox does not say what a location is. A location at the top of a site that has locations below it and no rack of its own is a
/// building, any other one there is a hall; directly below a building are halls; deeper ones are rows of their hall.
/// </remarks>
internal sealed class NetBoxPlaces(NetBoxWork work)
{
    private const string BareHall = "hall";
    private readonly Dictionary<long, string> _rowOfLocation = [];
    private ILookup<long, NetBoxObject> _children = Enumerable.Empty<NetBoxObject>().ToLookup(_ => 0L);
    private HashSet<long> _holdRacks = [];

    public void Tenants()
    {
        var names = new NetBoxNames();
        foreach (var tenant in work.Export[NetBoxCollections.Tenants])
        {
            work.Report.Fields(tenant);
            work.Tenants[tenant.Id] = names.Take(tenant.Text("slug") ?? tenant.Text("name")!, "tenant", tenant.Id);
            work.Carry(tenant);
        }
    }

    public void Sites()
    {
        // 'fleet' is a word of the grammar: who owns it owns everything.
        var names = new NetBoxNames();
        names.Reserve("fleet");
        foreach (var site in work.Export[NetBoxCollections.Sites])
        {
            work.Report.Fields(site);
            var name = names.Take(site.Text("slug") ?? site.Text("name")!, "site", site.Id);
            var place = new ImportedPlace(NodeKind.Site, name, null, site)
            {
                Tenant = work.TenantOf(site),
                Note = work.NoteOf(site, name),
                Tags = work.TagsOf(site, NetBoxWork.TagOf(site, "region", "region-"), NetBoxWork.TagOf(site, "group", "group-")),
            };
            work.Sites.Add(place);
            work.PlaceOfSite[site.Id] = place;
            work.Carry(site);
        }

        Locations();
    }

    public void Racks()
    {
        var rows = new Dictionary<(ImportedPlace, long Location, long Group), string>();
        var rackNames = new Dictionary<(ImportedPlace, string Row), NetBoxNames>();
        foreach (var rack in work.Export[NetBoxCollections.Racks])
        {
            work.Report.Fields(rack);
            if (HallOf(rack) is not { } hall)
            {
                continue;
            }

            var below = rack.Reference("location") is { } location && _rowOfLocation.ContainsKey(location) ? location : 0;
            var key = (hall, below, rack.Reference("group") ?? 0);
            if (!rows.TryGetValue(key, out var row))
            {
                rows[key] = row = Row(hall, rack);
            }

            if (key is (_, 0, 0))
            {
                work.Report.Assumed(rack, "no-row", "NetBox names no row (no rack group, no location below the hall): such racks stand in the row 'racks'");
            }

            if (!rackNames.TryGetValue((hall, row), out var names))
            {
                rackNames[(hall, row)] = names = new();
            }

            var text = rack.Text("name")!;
            var name = names.Take(text, "rack", rack.Id);
            Renamed(rack, text, name);
            var imported = new ImportedRack(rack, hall, row, name)
            {
                Frame = Frame(rack),
                Tenant = work.TenantOf(rack),
                State = work.StateOf(rack, NetBoxStates.OfRack),
                Note = work.NoteOf(rack, name),
                Tags = work.TagsOf(rack, NetBoxWork.TagOf(rack, "role", "role-"), rack.Text("facility_id") is { } id ? $"facility-{id}" : null),
            };
            work.Racks[rack.Id] = imported;
            hall.Racks.Add(imported);
            work.Carry(rack);
        }
    }

    private void Locations()
    {
        var locations = work.Export[NetBoxCollections.Locations];
        _children = locations.Where(l => work.Find(NetBoxCollections.Locations, l.Reference("parent")) is not null)
            .ToLookup(l => l.Reference("parent")!.Value);
        _holdRacks = [.. work.Export[NetBoxCollections.Racks].Select(rack => rack.Reference("location") ?? 0)];
        foreach (var location in locations)
        {
            work.Report.Fields(location);
            if (location.Reference("parent") is { } parent && work.Find(NetBoxCollections.Locations, parent) is not null)
            {
                continue;
            }

            if (location.Reference("parent") is not null)
            {
                work.Report.Changed(location, "unknown-parent", "the location above it is not in the export; it stands directly in its site");
            }

            Root(location);
        }

        // Who is below nobody at the top is below itself in the end.
        foreach (var location in locations.Where(l => !work.PlaceOfLocation.ContainsKey(l.Id) && work.PlaceOfSite.ContainsKey(l.Reference("site")!.Value)
            && !IsBelowUnknownSite(l)))
        {
            work.Report.Changed(location, "location-loop", "it is below itself in the end; it stands directly in its site");
            Hall(location, work.PlaceOfSite[location.Reference("site")!.Value]);
        }
    }

    // A location whose tree hangs in a site that the export lacks was reported at the top of that tree.
    private bool IsBelowUnknownSite(NetBoxObject location)
    {
        for (var steps = 0; steps < 1_000; steps++)
        {
            if (work.Find(NetBoxCollections.Locations, location.Reference("parent")) is not { } above)
            {
                return !work.PlaceOfSite.ContainsKey(location.Reference("site")!.Value);
            }

            location = above;
        }

        return false;
    }

    private void Root(NetBoxObject location)
    {
        if (!work.PlaceOfSite.TryGetValue(location.Reference("site")!.Value, out var site))
        {
            work.Report.LeftOut(location, "unknown-site", "its site is not in the export");
            return;
        }

        if (_children.Contains(location.Id) && !_holdRacks.Contains(location.Id))
        {
            var building = Place(location, NodeKind.Building, site);
            foreach (var child in _children[location.Id])
            {
                Hall(child, building);
            }
        }
        else
        {
            Hall(location, site);
        }
    }

    private void Hall(NetBoxObject location, ImportedPlace above)
    {
        var hall = Place(location, NodeKind.Hall, above);
        var below = new Stack<(NetBoxObject Location, string Row)>(_children[location.Id].Select(child => (child, "")));
        while (below.TryPop(out var next))
        {
            if (!work.PlaceOfLocation.TryAdd(next.Location.Id, hall))
            {
                continue;
            }

            var slug = NetBoxText.Slug(next.Location.Text("name")!);
            slug = slug.Length > 0 ? slug : FormattableString.Invariant($"location-{next.Location.Id}");
            var row = next.Row.Length == 0 ? slug : $"{next.Row}-{slug}";
            _rowOfLocation[next.Location.Id] = row;
            if (_holdRacks.Contains(next.Location.Id))
            {
                work.Carry(next.Location);
                if (work.NoteOf(next.Location, null) is not null || next.Location.List("tags").Any() || next.Location.Reference("tenant") is not null)
                {
                    work.Report.LeftOut(next.Location, "row-words", "it is a row of its hall, and a row takes no remark, tag or tenant");
                }
            }
            else
            {
                work.Report.LeftOut(next.Location, "empty-row", "it is a row of its hall, and a row without a rack is not declared");
            }

            foreach (var child in _children[next.Location.Id])
            {
                below.Push((child, row));
            }
        }
    }

    private ImportedPlace Place(NetBoxObject location, NodeKind kind, ImportedPlace above)
    {
        var text = location.Text("name")!;
        var name = above.Names.Take(text, kind == NodeKind.Hall ? BareHall : "building", location.Id);
        Renamed(location, text, name);
        var place = new ImportedPlace(kind, name, above, location)
        {
            Tenant = work.TenantOf(location),
            Note = work.NoteOf(location, name),
            Tags = work.TagsOf(location),
        };
        above.Below.Add(place);
        work.PlaceOfLocation[location.Id] = place;
        work.Carry(location);
        work.Report.Assumed(location, kind == NodeKind.Hall ? "is-hall" : "is-building", kind == NodeKind.Hall
            ? "NetBox does not say what a location is: these are taken for halls"
            : "NetBox does not say what a location is: these are taken for buildings, since halls are below them");
        return place;
    }

    private ImportedPlace? HallOf(NetBoxObject rack)
    {
        if (rack.Reference("location") is { } location)
        {
            if (work.PlaceOfLocation.TryGetValue(location, out var place))
            {
                if (place.Site.Source!.Id != rack.Reference("site"))
                {
                    work.Report.Changed(rack, "two-sites", "its location is in another site than it says; it stands in its location");
                }

                return place;
            }

            work.Report.Changed(rack, "unknown-location", "its location is not in the export; it stands directly in its site");
        }

        if (!work.PlaceOfSite.TryGetValue(rack.Reference("site")!.Value, out var site))
        {
            work.Report.LeftOut(rack, "unknown-site", "its site is not in the export");
            return null;
        }

        work.Report.Assumed(rack, "no-location", "it stands in no location; a hall is made for such racks of a site");
        if (site.Below.Find(below => below.Source is null) is not { } bare)
        {
            bare = new(NodeKind.Hall, site.Names.Take(BareHall, BareHall, site.Source!.Id), site, null);
            site.Below.Add(bare);
        }

        return bare;
    }

    private string Row(ImportedPlace hall, NetBoxObject rack)
    {
        var group = NetBoxWork.TagOf(rack, "group", "")
            ?? (rack.Reference("group") is { } id ? FormattableString.Invariant($"group-{id}") : null);
        var location = rack.Reference("location") is { } number ? _rowOfLocation.GetValueOrDefault(number) : null;
        return hall.Names.Take(string.Join('-', new[] { location, group }.OfType<string>().DefaultIfEmpty("racks")), "row", rack.Id);
    }

    private string? Frame(NetBoxObject rack)
    {
        var parts = new List<string>();
        if (rack.Number("u_height") is { } units && units is >= 1 and <= 100 && units == Math.Truncate(units))
        {
            parts.Add(FormattableString.Invariant($"height: {units:0} RU"));
        }
        else
        {
            work.Report.LeftOut(rack, "no-height", "its height is not a whole number of units from 1 to 100");
        }

        Length("width", "outer_width");
        Length("depth", "outer_depth");
        if (rack.Number("outer_width") is null)
        {
            work.Report.LeftOut(rack, "no-width", "NetBox does not say how wide it is on the floor (outer_width)");
        }

        return parts.Count == 0 ? null : $"{{{string.Join(", ", parts)}}}";

        void Length(string key, string field)
        {
            if (rack.Number(field) is not { } number)
            {
                return;
            }

            var millimetres = rack.Choice("outer_unit") switch { "mm" => number, "in" => number * 25.4m, _ => 0 };
            if (millimetres is > 0 and < 100_000)
            {
                parts.Add(FormattableString.Invariant($"{key}: {millimetres:0.###} mm"));
            }
            else
            {
                work.Report.LeftOut(rack, $"bad-{key}", $"{field} is no length: it needs a unit, mm or in, and must be above 0 and below 100 m");
            }
        }
    }

    private void Renamed(NetBoxObject item, string text, string name)
    {
        if (NetBoxNames.Differs(text, name))
        {
            work.Report.Changed(item, "renamed", "its name has other characters than a name may have, or another has it", name);
        }
    }
}
