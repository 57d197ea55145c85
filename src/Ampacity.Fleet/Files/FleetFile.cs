using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>
/// Reads a fleet file (docs/design/0001-fleet-file.md): schema first, then what a schema cannot say — names that must exist, loops,
/// slots that the build must have, identifiers that must be unique.
/// </summary>
public static class FleetFile
{
    /// <summary>Most racks in one file: a row of 10,000 ten times over (guessed; a hall of 300 MW has about 2,300).</summary>
    public const int MaxRacks = 100_000;

    /// <summary>Reads a file.</summary>
    /// <param name="name">Name that errors show.</param>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="catalogue">SKUs that it may name.</param>
    /// <param name="selectorHint">Says what is wrong with a binding's selector, or null if it reads well; the parser of selectors lives
    /// with the samples, which this project does not know. Without it only the outer form is checked.</param>
    /// <returns>What it declares, or every error with its line.</returns>
    public static FileResult<DeclaredFile> Parse(
        string name, string text, SkuCatalogue catalogue, Func<string, string?>? selectorHint = null)
    {
        var file = DataFile.Read(name, text, FileSchema.Fleet);
        if (file.Value is null)
        {
            return new(file.Errors);
        }

        var root = file.Value.Root;
        var errors = new FileErrors(name);
        UniqueNames(root, errors);
        var power = PowerSection.Read(root["power"], errors);
        var cooling = CoolingSection.Read(root["cooling"], errors);
        var rows = new RowSection(power, cooling, catalogue, errors);
        rows.Read(root["rows"], root["overrides"]);
        var assets = errors.Any && rows.Racks.Count == 0 ? [] : new AssetSection(rows.Racks, catalogue, errors).Read(root["assets"]);
        var bindings = Bindings(root["bindings"], selectorHint ?? OuterForm, errors);
        var floor = root["hall"] is { } hall ? Floor(hall, errors) : null;
        if (errors.Any)
        {
            return new(errors.Sorted);
        }

        var owns = root["owns"]!.Text.Split('/');
        return new(new DeclaredFile(name, owns[0], owns[1], floor, power, cooling, [.. rows.Rows], [.. rows.Racks], assets, bindings));
    }

    /// <summary>Feed modes as files spell them.</summary>
    internal static FeedMode? Mode(DataNode? node) => node?.Text switch
    {
        null => null,
        "preferred" => FeedMode.Preferred,
        _ => FeedMode.ActiveActive,
    };

    // Rows, power and cooling nodes all stand directly under the hall: site/hall/<name> must mean one thing.
    private static void UniqueNames(DataNode root, FileErrors errors)
    {
        var seen = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        foreach (var section in new[] { root["power"], root["cooling"], root["rows"] }.OfType<DataNode>())
        {
            foreach (var node in section)
            {
                if (!seen.TryAdd(node.Name, node))
                {
                    errors.Add(node, "duplicate-name", string.Create(CultureInfo.InvariantCulture,
                        $"'{node.Name}' is the name of {seen[node.Name].Path} on line {seen[node.Name].KeyLine}; names are unique in a hall"));
                }
            }
        }
    }

    private static DeclaredHall Floor(DataNode hall, FileErrors errors)
    {
        var size = hall["size"];
        return new(Length(size?.Items[0], errors), Length(size?.Items[1], errors), hall["operator"]?.Text, hall["tenant"]?.Text, hall.KeyLine);
    }

    /// <summary>A length, or null where there is none; a bad one is an error.</summary>
    internal static Meters? Length(DataNode? node, FileErrors errors) => node is null
        ? null
        : errors.Quantity(node, QuantityText.TryMeters(node.Text, out var meters, out var hint), meters, hint);

    private static ImmutableArray<DeclaredBinding> Bindings(DataNode? node, Func<string, string?> selectorHint, FileErrors errors)
    {
        var bindings = ImmutableArray.CreateBuilder<DeclaredBinding>();
        foreach (var rule in node?.Items ?? [])
        {
            var match = rule["match"]!;
            if (selectorHint(match.Text) is { } hint)
            {
                errors.Add(match, "bad-selector", hint);
            }

            if (rule["asset"] is null && rule["place"] is null)
            {
                errors.Add(rule, "asset-or-place", "the rule binds to nothing; write asset, place or both");
            }

            IdentifierKind? by = rule["asset"]?["by"] is { } kind ? Enum.Parse<IdentifierKind>(kind.Text, ignoreCase: true) : null;
            bindings.Add(new(bindings.Count, match.Text, by, rule["asset"]?["from"]?.Text, rule["place"]?.Text, rule.Line));
        }

        return bindings.ToImmutable();
    }

    private static string? OuterForm(string selector) => selector.Contains('{') && selector.TrimEnd().EndsWith('}')
        ? null
        : $"'{selector}' is no selector; write one in braces and quote it, such as '{{job=\"dcgm\"}}'";
}
