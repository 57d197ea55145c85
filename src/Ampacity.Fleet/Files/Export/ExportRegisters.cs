namespace Ampacity.Fleet;

/// <summary>Writes programmes and organisations, which only a file of the whole fleet holds.</summary>
internal sealed class ExportRegisters(ExportPlace place)
{
    public IEnumerable<ExportedSection> Write()
    {
        yield return ExportHall.Section("organisations", Nodes(NodeKind.Organisation).Select(node => (node.About.Name, Organisation(node.About))));
        yield return ExportHall.Section("programmes", Nodes(NodeKind.Programme).Select(node => (node.About.Name, Programme(node.About, node.Node))));
    }

    private IEnumerable<(int Node, FleetNode About)> Nodes(NodeKind kind) =>
        place.View.Registers(kind).Select(node => (node, place.Graph.NodeOf(node)!));

    private static List<(string Key, string Text)> Organisation(FleetNode about)
    {
        var keys = new List<(string, string)>();
        if (about.Organisation is { } said)
        {
            if (said.Title is { } title)
            {
                keys.Add(("title", ExportText.Scalar(title)));
            }

            if (said.Roles.Count > 0)
            {
                keys.Add(("roles", ExportText.List(said.Roles)));
            }
        }

        ExportPower.Remarks(keys, about);
        return keys;
    }

    private List<(string Key, string Text)> Programme(FleetNode about, int node)
    {
        var keys = new List<(string, string)>();
        if (about.Terms is { } terms)
        {
            if (terms.Vendor is { } vendor)
            {
                keys.Add(("vendor", ExportText.Scalar(vendor)));
            }

            place.Put(keys, "power", terms.ContractedWatts is { } watts ? ExportText.Watts(watts) : null, node, terms.ContractedWatts is not null);
            keys.Add(("status", terms.Status switch
            {
                ProgrammeStatus.UnderContract => "signed",
                ProgrammeStatus.LetterOfIntent => "letter-of-intent",
                _ => "announced",
            }));
            if (terms is { PricePerWatt: { } price, Currency: { } currency })
            {
                place.Put(keys, "price", ExportText.Price(price, currency), node);
            }

            List("sites", terms.Sites);
            List("skus", terms.Skus);
        }

        if (about.Milestones.Length > 0)
        {
            var days = new List<(string, string)>();
            foreach (var milestone in about.Milestones)
            {
                place.Put(days, ExportText.Day(milestone.DueMs) ?? "?", ExportText.Watts(milestone.Watts), node);
            }

            keys.Add(("milestones", ExportText.Map(days)));
        }

        ExportPower.Remarks(keys, about);
        return keys;

        void List(string key, IReadOnlyList<string> items)
        {
            if (items.Count > 0)
            {
                keys.Add((key, ExportText.List(items)));
            }
        }
    }
}
