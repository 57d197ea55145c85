using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>
/// Reads a fleet file (docs/design/0001-fleet-file.md): schema first, then what a schema cannot say — names that must exist, loops,
/// slots that the build must have, racks that stand on one another, identifiers that must be unique.
/// </summary>
public static class FleetFile
{
    /// <summary>Most halls of one file: the public announcements of 26 GW are about 540 (chosen: twice that).</summary>
    public const int MaxHalls = 1_000;

    /// <summary>Most racks of one file, stamped ones counted: 10 GW are 77,000, 26 GW about 200,000 (chosen: twice that).</summary>
    public const int MaxRacks = 400_000;

    /// <summary>About how many facts one file may state: 200,000 racks with ten each (chosen); a plan of more would not fit 2 GB by far.</summary>
    public const long MaxFacts = 4_000_000;

    private static readonly string[] OneHallKeys =
        ["hall", "power", "cooling", "fabric", "rows", "racks", "overrides", "removed", "assets", "domains", "bindings"];

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
        var owned = new OwnedPlaces(root["owns"]!, errors);
        var organisations = ProgrammeSection.Organisations(root["organisations"]);
        var programmes = ProgrammeSection.Read(root["programmes"], catalogue, errors);
        var bodies = new HallSection(catalogue, selectorHint ?? BindingSection.OuterForm, errors);
        var sites = root["sites"] is null ? OneHall(root, owned, bodies, errors) : Sites(root, owned, bodies, errors);
        var declared = new DeclaredFile(name, owned.Paths, root["owns"]!.Line, organisations, programmes, sites);
        Limits(root, declared, errors);
        RegisterCheck.Check(root, declared, owned, errors);
        return errors.Any ? new(errors.Sorted) : new(declared);
    }

    private static ImmutableArray<DeclaredPremises> Sites(DataNode root, OwnedPlaces owned, HallSection bodies, FileErrors errors)
    {
        foreach (var section in OneHallKeys.Select(key => root[key]).OfType<DataNode>())
        {
            errors.Add(section, "two-forms", $"the file states sites, so {section.Name} belongs into a hall of them; move it there");
        }

        return new SiteSection(root, owned, bodies, errors).Read();
    }

    private static ImmutableArray<DeclaredPremises> OneHall(DataNode root, OwnedPlaces owned, HallSection bodies, FileErrors errors)
    {
        var segments = owned.Paths[0].Split('/');
        if (owned.Paths.Length > 1 || segments.Length == 1)
        {
            foreach (var section in OneHallKeys.Select(key => root[key]).OfType<DataNode>())
            {
                errors.Add(section, "which-hall", $"the file owns more than one hall, so {section.Name} has to stand under sites; move it there, or own one hall");
            }

            return [];
        }

        var owner = owned.Paths[0];
        var keys = new HallKeys(root["hall"] ?? root["owns"]!, key => key is "size" or "tranches" or "operator" or "tenant" or "owner" or "note" or "tags" or "formerly"
            ? root["hall"]?[key]
            : root[key]);
        var reading = bodies.Read(keys);
        var paths = new PowerChainCheck(errors);
        paths.Add(owner, reading.Body.Power, root["power"], [reading.Names], reading.Names);
        paths.Resolve(reading.Outer, owner, []);
        paths.Check(owned);
        ImmutableArray<DeclaredHall> halls = [SiteSection.Declare(keys, segments[^1], owner, owner, reading, errors)];
        return segments.Length == 2
            ? [Holder(NodeKind.Site, segments[0], segments[0], [], halls)]
            : [Holder(NodeKind.Site, segments[0], segments[0], [Holder(NodeKind.Building, segments[1], $"{segments[0]}/{segments[1]}", [], halls)], [])];
    }

    private static DeclaredPremises Holder(
        NodeKind kind, string name, string path, ImmutableArray<DeclaredPremises> buildings, ImmutableArray<DeclaredHall> halls) =>
        new(kind, name, path, null, null, null, [], null, [], [], buildings, halls, [], 1);

    private static void Limits(DataNode root, DeclaredFile file, FileErrors errors)
    {
        if (errors.Any)
        {
            return;
        }

        if (file.Halls.Sum(hall => (long)hall.Body.Racks.Length) is var racks and > MaxRacks)
        {
            errors.Add(root, "too-many-racks", FormattableString.Invariant($"{racks} racks, at most {MaxRacks} in one file; declare the fleet site by site"));
        }

        if (file.Halls.Sum(hall => hall.Body.FactCount) is var facts and > MaxFacts)
        {
            errors.Add(root, "too-many-facts", FormattableString.Invariant($"about {facts} facts, at most {MaxFacts} in one file; declare the fleet site by site"));
        }
    }
}
