using System.Text.Json.Nodes;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>A small NetBox instance of our own making, in the shapes of NetBox's serializers.</summary>
internal static class NetBoxSample
{
    /// <summary>The export's text.</summary>
    public static string Text => File.ReadAllText(Path.Combine(RepositoryFolder.Root, "tests/Ampacity.Tests/Fleet/NetBox/instances/two-sites.json"));

    /// <summary>The export with something changed.</summary>
    public static NetBoxExport Export(Action<JsonObject>? change = null) => NetBoxExport.Parse("export.json", Changed(change)).OrThrow();

    /// <summary>Its import with an empty catalogue.</summary>
    public static NetBoxImport Import(Action<JsonObject>? change = null) => NetBoxConversion.Convert(Export(change), SkuCatalogue.Empty);

    /// <summary>The text with something changed.</summary>
    public static string Changed(Action<JsonObject>? change)
    {
        var json = JsonNode.Parse(Text)!.AsObject();
        change?.Invoke(json);
        return json.ToJsonString();
    }

    /// <summary>An object by its id.</summary>
    public static JsonObject Item(this JsonObject json, string collection, int id) =>
        json[collection]!.AsArray().Select(item => item!.AsObject()).Single(item => (int)item["id"]! == id);

    /// <summary>A file by its name.</summary>
    public static string FileText(this NetBoxImport import, string name) =>
        import.FleetFiles.Concat(import.SkuFiles).Single(file => file.Name == name).Text;
}
