using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>The data that ships beside the command: SKUs and metric families. A broken file stops the start, with file and line.</summary>
internal static class ShippedData
{
    /// <summary>Reads catalogue/**/*.yaml, and beside them the SKUs that a site keeps itself.</summary>
    /// <param name="shippedFolder">The folder that holds catalogue/.</param>
    /// <param name="own">Name and text of every file of the site's own.</param>
    /// <param name="known">Texts that need not be held to a schema again.</param>
    /// <exception cref="StartException">The folder is missing, or a file is wrong.</exception>
    public static SkuCatalogue ReadCatalogue(string shippedFolder, IReadOnlyList<(string Name, string Text)> own, CheckedTexts known)
    {
        var read = SkuCatalogue.LoadBoth(Texts(shippedFolder, "catalogue", "*.yaml"), own, known);
        return read.Value ?? throw new StartException("The SKU catalogue is not right:\n" + string.Join('\n', read.Errors));
    }

    /// <summary>Reads metrics/*.json.</summary>
    /// <exception cref="StartException">The folder is missing, or a file is wrong.</exception>
    public static FamilyCatalogue ReadFamilies(string shippedFolder, CheckedTexts known)
    {
        var families = new List<MetricFamily>();
        var errors = new List<FileError>();
        foreach (var (name, text) in Texts(shippedFolder, "metrics", "*.json"))
        {
            var (family, wrong) = FamilyFile.Parse(name, text, known);
            errors.AddRange(wrong);
            if (family is not null)
            {
                families.Add(family);
            }
        }

        return errors.Count == 0
            ? new FamilyCatalogue(families)
            : throw new StartException("The metric families are not right:\n" + string.Join('\n', errors));
    }

    /// <summary>Reads profiles/*.json.</summary>
    /// <exception cref="StartException">The folder is missing, or a file is wrong.</exception>
    public static PlatformProfiles ReadProfiles(string shippedFolder, CheckedTexts known)
    {
        // Held to the schema first, for the line of an error; the profile's own reader then checks what a schema cannot say.
        var schema = FileSchema.FromJson(File.ReadAllText(Path.Combine(shippedFolder, "schemas", "platform-profile.schema.json")));
        var errors = Texts(shippedFolder, "profiles", "*.json")
            .SelectMany(file => DataFile.Read(file.Name, file.Text, schema, known).Errors).ToArray();
        if (errors.Length > 0)
        {
            throw new StartException("The platform profiles are not right:\n" + string.Join('\n', errors.Select(error => error.ToString())));
        }

        try
        {
            return PlatformProfiles.Load(Path.Combine(shippedFolder, "profiles"));
        }
        catch (PlatformProfileException error)
        {
            throw new StartException("The platform profiles are not right: " + error.Message, error);
        }
    }

    private static IEnumerable<(string Name, string Text)> Texts(string shippedFolder, string folder, string pattern)
    {
        var path = Path.Combine(shippedFolder, folder);
        if (!Directory.Exists(path))
        {
            throw new StartException($"{path} is missing: the command must stand beside the data it ships with. Build or unpack it again.");
        }

        return Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(shippedFolder, file), File.ReadAllText(file)));
    }
}
