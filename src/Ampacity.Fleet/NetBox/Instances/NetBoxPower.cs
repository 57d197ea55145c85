using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Panels, feeds and rack PDUs as power nodes, and which of them feed which rack: by cable where there is one, else by the rack that a
/// feed names.
/// </summary>
internal sealed class NetBoxPower(NetBoxWork work)
{
    private const int MaxFeeds = 64;

    // Low voltage ends here (IEC 60038: 1,000 V AC, 1,500 V DC); the fleet file refuses more at a rack.
    private const int MaxRackVolts = 1500;

    // NetBox keeps both in 16 bits.
    private const int NetBoxMost = 32_767;

    private readonly Dictionary<long, ImportedPower> _panels = [];
    private readonly Dictionary<long, ImportedPower> _feeds = [];
    private readonly Dictionary<long, ImportedPower> _pdus = [];
    private readonly Dictionary<ImportedPlace, NetBoxNames> _names = [];
    private readonly HashSet<long> _pdusThatFeed = [];

    public void Read()
    {
        Names();
        Panels();
        Feeds();
        var links = new NetBoxCables(work).Read();
        Busways(links);
        foreach (var link in links)
        {
            Connect(link);
        }

        Rest(links);
        Order();
    }

    // A power node must be found by a bare name from below, so its name is unique in its whole site.
    private void Names()
    {
        foreach (var site in work.Sites)
        {
            var names = _names[site] = new();
            foreach (var name in site.Below.Concat(site.Below.SelectMany(below => below.Below)).Select(place => place.Name)
                .Concat(work.Racks.Values.Where(rack => rack.Hall.Site == site).Select(rack => rack.Path.Split('/')[0])))
            {
                names.Reserve(name);
            }
        }
    }

    private void Panels()
    {
        foreach (var panel in work.Export[NetBoxCollections.PowerPanels])
        {
            work.Report.Fields(panel);
            var place = panel.Reference("location") is { } location && work.PlaceOfLocation.TryGetValue(location, out var hall)
                ? hall
                : work.PlaceOfSite.GetValueOrDefault(panel.Reference("site")!.Value);
            if (place is null)
            {
                work.Report.LeftOut(panel, "unknown-site", "its site is not in the export");
                continue;
            }

            _panels[panel.Id] = Node(panel, place, panel.Text("name")!, NodeKind.Panel);
            work.Report.LeftOut(panel, "no-source", "NetBox knows nothing above a panel: declare what feeds it (utility, transformer, UPS) by hand");
        }
    }

    private void Feeds()
    {
        foreach (var feed in work.Export[NetBoxCollections.PowerFeeds])
        {
            work.Report.Fields(feed);
            if (!_panels.TryGetValue(feed.Reference("power_panel")!.Value, out var panel))
            {
                work.Report.LeftOut(feed, "unknown-panel", "its power panel is not in the export");
                continue;
            }

            // NetBox's feeds are named within their panel only.
            var text = feed.Text("name")!;
            var slug = NetBoxText.Slug(text);
            var node = _feeds[feed.Id] = Node(
                feed, panel.Place, slug.StartsWith($"{panel.Name}-", StringComparison.Ordinal) ? text : $"{panel.Name}-{text}", NodeKind.Breaker);
            node.FedBy.Add(panel);
            Rating(feed, node);
        }
    }

    private void Rating(NetBoxObject feed, ImportedPower node)
    {
        node.IsRedundant = feed.Choice("type") == "redundant";
        var (volts, amperes) = (feed.Number("voltage") ?? 0, feed.Number("amperage") ?? 0);
        if (volts < 0)
        {
            work.Report.Changed(feed, "negative-voltage", "a rating has no sign; the voltage is carried over without it");
            volts = -volts;
        }

        if (volts >= NetBoxMost || amperes >= NetBoxMost)
        {
            work.Report.Assumed(feed, "clamped", "NetBox holds no voltage or current above 32,767: the true value may be higher");
        }

        if (volts > 0 && amperes > 0)
        {
            node.Rating = FormattableString.Invariant($"{amperes:0.###} A at {volts:0.###} V");
            node.Volts = volts;
        }
        else
        {
            work.Report.LeftOut(feed, "no-rating", "it has no voltage or no amperage above 0, so it has no rating");
        }

        (node.Phases, var known) = (feed.Choice("supply"), feed.Choice("phase")) switch
        {
            ("dc", _) => ("dc", true),
            (_, "three-phase") => (null, true),
            (_, "single-phase") => ("1", true),
            _ => ("1", false),
        };
        if (!known)
        {
            work.Report.Assumed(feed, "no-phase", "it does not say how many phases it has: one, as NetBox itself reckons");
        }

        var percent = feed.Number("max_utilization") ?? 0;
        if (percent is > 0 and <= 100)
        {
            node.Continuous = percent / 100;
        }
        else
        {
            work.Report.LeftOut(feed, "no-utilization", "its max_utilization is not from 1 to 100 %");
        }
    }

    // One feed whose cables end in several racks is a run along them.
    private void Busways(IReadOnlyList<NetBoxLink> links)
    {
        foreach (var ends in links.Where(link => link.Feed is not null).ToLookup(link => link.Feed!.Value))
        {
            if (_feeds.TryGetValue(ends.Key, out var node) && ends.Select(end => end.Device.Reference("rack")).OfType<long>().Distinct().Count() > 1)
            {
                node.Kind = NodeKind.Busway;
                work.Report.Assumed(node.Source, "is-busway", "its cables end in several racks: it is taken for a busway");
            }
        }
    }

    private void Connect(NetBoxLink link)
    {
        var source = link.Feed is { } feed ? _feeds.GetValueOrDefault(feed) : Pdu(link.OutletDevice!);
        if (source is null)
        {
            work.Report.LeftOut(link.Cable, "no-source", "what it comes from is not carried over");
            return;
        }

        if (link.OutletDevice is { } strip)
        {
            _pdusThatFeed.Add(strip.Id);
        }

        if (link.DeviceHasOutlets)
        {
            if (Pdu(link.Device) is not { } target)
            {
                work.Report.LeftOut(link.Cable, "no-target", "what it leads to is not carried over");
            }
            else if (target == source || IsAbove(target, source))
            {
                work.Report.LeftOut(link.Cable, "feed-loop", "it would feed itself in the end", $"{source.Name} to {target.Name}");
            }
            else
            {
                Add(target.FedBy, source, link.Cable, target.Place);
            }
        }
        else if (link.Device.Reference("rack") is { } rack && work.Racks.TryGetValue(rack, out var imported))
        {
            Feed(imported, source, link.Cable);
        }
        else
        {
            work.Report.LeftOut(link.Cable, "no-rack", "the device that it leads to is in no rack, and only racks are fed");
        }
    }

    // What no cable says: a strip that stands in a rack feeds it, a feed that names a rack and has no cable feeds it.
    private void Rest(IReadOnlyList<NetBoxLink> links)
    {
        foreach (var (device, pdu) in _pdus.OrderBy(pair => pair.Key))
        {
            if (!_pdusThatFeed.Contains(device) && pdu.Source.Reference("rack") is { } rack && work.Racks.TryGetValue(rack, out var imported))
            {
                work.Report.Assumed(pdu.Source, "feeds-its-rack", "no cable leaves its outlets: it is taken to feed the rack that it stands in");
                Feed(imported, pdu, pdu.Source);
            }
        }

        var cabled = links.Select(link => link.Feed).OfType<long>().ToHashSet();
        foreach (var (id, node) in _feeds.OrderBy(pair => pair.Key))
        {
            if (node.Source.Reference("rack") is not { } rack)
            {
                if (!cabled.Contains(id))
                {
                    work.Report.LeftOut(node.Source, "feeds-nothing", "it names no rack and no cable leaves it: it is declared and feeds nothing");
                }
            }
            else if (!work.Racks.TryGetValue(rack, out var imported))
            {
                work.Report.LeftOut(node.Source, "unknown-rack", "the rack that it names is not carried over");
            }
            else if (!cabled.Contains(id))
            {
                Feed(imported, node, node.Source);
            }
            else if (!imported.Feeds.Any(feed => feed == node || IsAbove(node, feed)))
            {
                work.Report.LeftOut(node.Source, "other-rack", "its cables do not lead to the rack that it names; the cables count");
            }
        }
    }

    private void Feed(ImportedRack rack, ImportedPower source, NetBoxObject because)
    {
        if (source.Volts > MaxRackVolts)
        {
            work.Report.LeftOut(because, "feed-voltage", "a rack takes at most 1,500 V: what feeds it so is not carried over",
                FormattableString.Invariant($"{source.Volts} V at rack {rack.Source.Label}"));
            return;
        }

        Add(rack.Feeds, source, because, rack.Hall);
    }

    private void Add(List<ImportedPower> feeds, ImportedPower source, NetBoxObject because, ImportedPlace place)
    {
        if (source.Place.Site != place.Site)
        {
            work.Report.LeftOut(because, "other-site", "it would feed across sites, and each site is a file of its own");
        }
        else if (!feeds.Contains(source))
        {
            if (feeds.Count == MaxFeeds)
            {
                work.Report.LeftOut(because, "many-feeds", "at most 64 feeds of one thing are carried over");
                return;
            }

            feeds.Add(source);
        }
    }

    // Primary before redundant, then by name: NetBox knows no order.
    private void Order()
    {
        foreach (var rack in work.Racks.Values)
        {
            Sort(rack.Feeds);
            if (rack.Feeds.Any(IsRedundant))
            {
                work.Report.Assumed(rack.Source, "feed-mode",
                    "NetBox says primary and redundant and means nothing by it: live feeds share the load; write mode: preferred where they do not");
            }
        }

        foreach (var pdu in _pdus.Values)
        {
            Sort(pdu.FedBy);
        }

        void Sort(List<ImportedPower> feeds)
        {
            var sorted = feeds.OrderBy(IsRedundant).ThenBy(feed => feed.Name, NaturalOrder.Comparer).ToList();
            feeds.Clear();
            feeds.AddRange(sorted);
        }
    }

    private static bool IsRedundant(ImportedPower node)
    {
        // A chain of strips ends: loops were never added.
        while (!node.IsRedundant && node.Kind == NodeKind.Pdu && node.FedBy.Count > 0)
        {
            node = node.FedBy[0];
        }

        return node.IsRedundant;
    }

    private ImportedPower? Pdu(NetBoxObject device)
    {
        if (_pdus.TryGetValue(device.Id, out var known))
        {
            return known;
        }

        var place = device.Reference("rack") is { } rack && work.Racks.TryGetValue(rack, out var imported)
            ? imported.Hall
            : device.Reference("site") is { } site ? work.PlaceOfSite.GetValueOrDefault(site) : null;
        if (place is null)
        {
            return null;
        }

        var node = _pdus[device.Id] = Node(device, place, device.Text("name") ?? string.Create(CultureInfo.InvariantCulture, $"pdu-{device.Id}"), NodeKind.Pdu);
        work.Report.LeftOut(device, "pdu-rating", "NetBox does not say what a strip may carry; the node has no rating");
        return node;
    }

    private ImportedPower Node(NetBoxObject source, ImportedPlace place, string text, NodeKind kind)
    {
        var name = _names[place.Site].Take(text, kind.ToString().ToLowerInvariant(), source.Id);
        if (NetBoxNames.Differs(text, name))
        {
            work.Report.Changed(source, "renamed-node", "the name of its power node has other characters, or another node of the site has it", name);
        }

        // What is said of a strip is said of the asset.
        var node = new ImportedPower(source, place, name, kind)
        {
            Note = kind == NodeKind.Pdu ? null : work.NoteOf(source, null),
            Tags = kind == NodeKind.Pdu ? [] : work.TagsOf(source),
        };
        place.Power.Add(node);
        if (kind != NodeKind.Pdu)
        {
            work.Carry(source);
        }

        return node;
    }

    // Depth first without recursion: strips can be chained as long as a hostile export likes.
    private static bool IsAbove(ImportedPower wanted, ImportedPower from)
    {
        var seen = new HashSet<ImportedPower>();
        var next = new Stack<ImportedPower>([from]);
        while (next.TryPop(out var node))
        {
            foreach (var above in node.FedBy.Where(seen.Add))
            {
                if (above == wanted)
                {
                    return true;
                }

                next.Push(above);
            }
        }

        return false;
    }
}
