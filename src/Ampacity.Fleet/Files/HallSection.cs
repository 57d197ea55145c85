using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The keys of a hall: those that it states, the others of the template that it uses.</summary>
/// <param name="At">The hall's own node.</param>
/// <param name="Find">A key's value, or null.</param>
internal sealed record HallKeys(DataNode At, Func<string, DataNode?> Find)
{
    /// <summary>The nodes that make a body; halls with the same ones share it.</summary>
    public (DataNode? Size, DataNode? Power, DataNode? Cooling, DataNode? Fabric, DataNode? Rows, DataNode? Racks,
        DataNode? Overrides, DataNode? Removed, (DataNode? Assets, DataNode? Domains, DataNode? Bindings, DataNode? Baselines) More) Body =>
        (Find("size"), Find("power"), Find("cooling"), Find("fabric"), Find("rows"), Find("racks"), Find("overrides"),
            Find("removed"), (Find("assets"), Find("domains"), Find("bindings"), Find("baselines")));
}

/// <summary>A body as read, and the names that it takes from outside.</summary>
/// <param name="Body">What it declares.</param>
/// <param name="Names">Its power and cooling nodes.</param>
/// <param name="Outer">Names that have to be found in what holds the hall.</param>
internal sealed record HallReading(DeclaredHallBody Body, NodeNames Names, OuterNames Outer);

/// <summary>Reads the body of a hall, of a template, or of a file that declares one hall.</summary>
internal sealed class HallSection(SkuCatalogue catalogue, Func<string, string?> selectorHint, FileErrors errors)
{
    private static readonly string[] Renamable = ["power", "cooling", "rows", "racks", "overrides"];
    private readonly Dictionary<object, HallReading> _read = [];
    private readonly Dictionary<(IdentifierKind, string), DataNode> _identifiers = [];

    /// <summary>The body of these keys; read once, however many halls have it.</summary>
    public HallReading Read(HallKeys keys)
    {
        var key = keys.Body;
        if (!_read.TryGetValue(key, out var reading))
        {
            _read.Add(key, reading = ReadNew(keys));
        }
        else if (reading.Body.Assets.Length > 0)
        {
            errors.Add(keys.Find("assets")!, "assets-stamped", "these things would be in several halls at once; name them in the hall that they are in");
        }

        return reading;
    }

    private HallReading ReadNew(HallKeys keys)
    {
        var body = new BodyReading(new(), new(), catalogue, _identifiers, errors);
        UniqueNames(keys);
        var power = PowerSection.Read(keys.Find("power"), body.Names, body.Outer, errors);
        var cooling = CoolingSection.Read(keys.Find("cooling"), body.Names, body.Outer, errors);
        var rows = new RowSection(body);
        var hasRacks = rows.Read(keys.Find("rows"), keys.Find("racks"), keys.Find("overrides"), keys.Find("removed"));
        var size = keys.Find("size");
        var (width, depth) = (ItemText.Length(size?.Items[0], errors), ItemText.Length(size?.Items[1], errors));
        rows.Floor.Check(width, depth);
        var fabric = new FabricSection(rows, body);
        ImmutableArray<DeclaredAsset> assets = [];
        if (hasRacks)
        {
            DomainSection.Read(keys.Find("domains"), rows, body);
            fabric.Read(keys.Find("fabric"));
            assets = new AssetSection(rows, body).Read(keys.Find("assets"));
        }

        Former(keys, rows, body);
        var bindings = BindingSection.Read(keys.Find("bindings"), selectorHint, errors);
        ImmutableArray<BaselineFact> baselines = [.. (keys.Find("baselines") ?? Enumerable.Empty<DataNode>()).SelectMany(sku => sku.Select(property => new BaselineFact(sku.Name, property.Name, property.Text)))];
        var declared = new DeclaredHallBody(
            width, depth, power, cooling, fabric.Planes, fabric.Switches, fabric.Links,
            [.. rows.Rows], [.. rows.Racks], assets, bindings, ItemText.Texts(keys.Find("removed")))
        {
            Baselines = baselines,
            FactCount = rows.Racks.Sum(rack => 1L + rack.Terms.FactCount + rack.Domains.Length) + (5L * (power.Length + cooling.Length))
                + (6L * assets.Length) + fabric.LinkCount + rows.Rows.Count + bindings.Length + baselines.Length,
        };
        return new(declared, body.Names, body.Outer);
    }

    // Rows, power and cooling nodes, planes and switches all stand directly under the hall: site/hall/<name> must mean one thing.
    private void UniqueNames(HallKeys keys)
    {
        var fabric = keys.Find("fabric");
        Unique([keys.Find("power"), keys.Find("cooling"), keys.Find("rows"), fabric?["planes"], fabric?["switches"]], "a hall", errors);
    }

    /// <summary>Refuses a name that two sections of one place give.</summary>
    internal static void Unique(IEnumerable<DataNode?> sections, string where, FileErrors errors)
    {
        var seen = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        foreach (var node in sections.OfType<DataNode>().SelectMany(section => section))
        {
            if (!seen.TryAdd(node.Name, node))
            {
                errors.Add(node, "duplicate-name", string.Create(CultureInfo.InvariantCulture,
                    $"'{node.Name}' is the name of {seen[node.Name].Path} on line {seen[node.Name].KeyLine}; names are unique in {where}"));
            }
        }
    }

    private void Former(HallKeys keys, RowSection rows, BodyReading body)
    {
        var former = Renamable.SelectMany(section => keys.Find(section) ?? Enumerable.Empty<DataNode>()).Select(node => node["formerly"]);
        var rowNames = rows.Rows.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        FormerlyCheck.Check(former, path => body.Names.TryFind(path, out _) || rowNames.Contains(path) || rows.Index.ContainsKey(path), errors);
    }
}
