namespace Ampacity.Fleet;

/// <summary>
/// Names of programmes, organisations and sites that racks, halls and programmes use. Only a file of the whole fleet that lists them can
/// say that one is wrong: any other leaves them to the files that list them.
/// </summary>
internal static class RegisterCheck
{
    private static readonly string[] WithParties = ["rows", "racks", "overrides", "assets"];

    public static void Check(DataNode root, DeclaredFile file, OwnedPlaces owned, FileErrors errors)
    {
        if (owned.Paths[0] != DeclaredFile.WholeFleet)
        {
            return;
        }

        if (root["sites"] is { } sites)
        {
            foreach (var site in (root["programmes"] ?? Enumerable.Empty<DataNode>()).SelectMany(p => p["sites"]?.Items ?? []))
            {
                if (sites[site.Text] is null)
                {
                    errors.Add(site, "unknown-site", $"no site is named '{site.Text}'; {NodeNames.Hint(sites.Members.Keys)}");
                }
            }
        }

        if (root["programmes"] is { } programmes)
        {
            Names(Bodies(root).SelectMany(Racks), ["programme"], programmes, "unknown-programme", "programme", errors);
        }

        if (root["organisations"] is { } organisations && file.Organisations.Length > 0)
        {
            var places = Bodies(root).Concat(Premises(root)).Concat(Bodies(root).SelectMany(Racks));
            Names(places, ["operator", "tenant", "owner"], organisations, "unknown-organisation", "organisation", errors);
            Names(root["programmes"] ?? Enumerable.Empty<DataNode>(), ["vendor"], organisations, "unknown-organisation", "organisation", errors);
        }
    }

    private static void Names(
        IEnumerable<DataNode> nodes, string[] keys, DataNode register, string rule, string what, FileErrors errors)
    {
        foreach (var name in nodes.SelectMany(node => keys.Select(key => node[key])).OfType<DataNode>())
        {
            if (register[name.Text] is null)
            {
                errors.Add(name, rule, $"no {what} is named '{name.Text}'; {NodeNames.Hint(register.Members.Keys)}, or list it there");
            }
        }
    }

    private static IEnumerable<DataNode> Premises(DataNode root)
    {
        foreach (var site in root["sites"] ?? Enumerable.Empty<DataNode>())
        {
            yield return site;
            foreach (var building in site["buildings"] ?? Enumerable.Empty<DataNode>())
            {
                yield return building;
            }
        }
    }

    private static IEnumerable<DataNode> Bodies(DataNode root) => (root["templates"] ?? Enumerable.Empty<DataNode>())
        .Concat(Premises(root).SelectMany(place => place["halls"] ?? Enumerable.Empty<DataNode>()));

    private static IEnumerable<DataNode> Racks(DataNode body) => WithParties.SelectMany(section => body[section] ?? Enumerable.Empty<DataNode>());
}
