using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The <c>fabric</c> section: planes, switches, and the links that no build holds.</summary>
internal sealed class FabricSection(RowSection rows, BodyReading body)
{
    private readonly HashSet<(LinkEnd, LinkEnd, string?)> _pairs = [];
    private readonly Dictionary<string, DeclaredRow> _rows = rows.Rows.ToDictionary(row => row.Name, StringComparer.Ordinal);
    private DataNode? _switches;

    public ImmutableArray<DeclaredPlane> Planes { get; private set; } = [];

    public ImmutableArray<DeclaredSwitch> Switches { get; private set; } = [];

    public ImmutableArray<DeclaredLink> Links { get; private set; } = [];

    /// <summary>How many facts the links are.</summary>
    public long LinkCount => _pairs.Count;

    public void Read(DataNode? section)
    {
        _switches = section?["switches"];
        Planes = [.. (section?["planes"] ?? Enumerable.Empty<DataNode>()).Select(plane =>
            new DeclaredPlane(plane.Name, KindOf(plane["kind"]!.Text), plane["note"]?.Text, plane.KeyLine))];
        Switches = [.. (_switches ?? Enumerable.Empty<DataNode>()).Select(Switch)];
        Links = [.. (section?["links"]?.Items ?? []).Select(link => Link(link, section!)).OfType<DeclaredLink>()];
    }

    /// <summary>Planes as files spell them.</summary>
    internal static PlaneKind KindOf(string text) => Enum.Parse<PlaneKind>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    private DeclaredSwitch Switch(DataNode node)
    {
        var rack = -1;
        if (node["rack"] is { } path && !rows.Index.TryGetValue(path.Text, out rack))
        {
            body.Errors.Add(path, "unknown-rack", $"no rack is at '{path.Text}'; write row/rack, such as r20/01");
            rack = -1;
        }

        return new(node.Name, node["sku"] is { } sku ? body.Revision(sku)?.Revision : null, rack, node["note"]?.Text, node.KeyLine);
    }

    private DeclaredLink? Link(DataNode node, DataNode section)
    {
        if (node["plane"] is { } plane && section["planes"]?[plane.Text] is null)
        {
            body.Errors.Add(plane, "unknown-plane",
                $"no plane is named '{plane.Text}'; {NodeNames.Hint(section["planes"]?.Members.Keys ?? [])}");
        }

        var from = Ends(node["from"]!);
        var to = Ends(node["to"]!);
        if ((long)from.Length * to.Length + _pairs.Count > FleetFile.MaxFacts)
        {
            body.Errors.Add(node, "too-many-facts", FormattableString.Invariant($"more than {FleetFile.MaxFacts} links; declare the fabric by its planes"));
            return null;
        }

        foreach (var end in from)
        {
            foreach (var peer in to)
            {
                if (end == peer)
                {
                    body.Errors.Add(node, "link-to-itself", "an end is linked to itself; take it out of from or to");
                }
                else if (!_pairs.Add((end, peer, node["plane"]?.Text)))
                {
                    body.Errors.Add(node, "duplicate-link", "a pair of ends is linked in this plane already; raise the count there");
                }
            }
        }

        return new(from, to, node["plane"]?.Text, (int)(node["count"]?.Number ?? 1), Rate(node["rate"]), node["optic"]?.Text,
            ItemText.Length(node["length"], body.Errors)?.Value, node.KeyLine == 0 ? node.Line : node.KeyLine);
    }

    private double? Rate(DataNode? node) => node is null
        ? null
        : body.Errors.Quantity(node, QuantityText.TryBitRate(node.Text, out var rate, out var hint), rate, hint);

    private ImmutableArray<LinkEnd> Ends(DataNode node)
    {
        var ends = ImmutableArray.CreateBuilder<LinkEnd>();
        foreach (var item in ItemText.Items(node))
        {
            var text = item.Text;
            if (text.EndsWith("/*", StringComparison.Ordinal) && _rows.TryGetValue(text[..^2], out var row))
            {
                ends.AddRange(Enumerable.Range(row.First, row.RackCount).Select(rack => new LinkEnd(rack, "")));
            }
            else if (rows.Index.TryGetValue(text, out var rack))
            {
                ends.Add(new(rack, ""));
            }
            else if (_switches?[text] is not null || text.Count(c => c == '/') >= 2)
            {
                ends.Add(new(-1, text));
            }
            else
            {
                body.Errors.Add(item, "unknown-end", $"no rack or switch is '{text}'; write a rack such as r01/01, a row such as r01/*, or a switch of this hall");
            }
        }

        return ends.ToImmutable();
    }
}
