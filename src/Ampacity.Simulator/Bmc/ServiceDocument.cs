using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>The documents that DSP0266 puts beside the tree: versions, OData's service document and its metadata.</summary>
internal static class ServiceDocument
{
    private const string Root = "/redfish/v1";

    public static Task WriteAsync(HttpContext context, string path, BmcResources resources) => path switch
    {
        "/redfish" => BmcReply.WriteAsync(context, 200, new JsonObject { ["v1"] = "/redfish/v1/" }),
        Root + "/odata" => BmcReply.WriteAsync(context, 200, Service(resources)),
        _ => WriteMetadataAsync(context, resources),
    };

    private static JsonObject Service(BmcResources resources)
    {
        var links = new JsonArray { (JsonNode)Entry("Service", Root + "/") };
        if (resources.Find(Root)?.ParseObject() is { } root)
        {
            foreach (var (name, value) in root.Where(property => TreeText.Link(property.Value) is not null))
            {
                links.Add((JsonNode)Entry(name, TreeText.Link(value)!));
            }
        }

        return new JsonObject { ["@odata.context"] = Root + "/$metadata", ["value"] = links };
    }

    private static JsonObject Entry(string name, string url) => new() { ["name"] = name, ["kind"] = "Singleton", ["url"] = url };

    private static Task WriteMetadataAsync(HttpContext context, BmcResources resources)
    {
        // A reference to the schema of each type in the tree, at DMTF.
        var types = resources.Template.Paths.Select(path => resources.Find(path)?.ParseObject()).Select(body => TreeText.Text(body?["@odata.type"]))
            .OfType<string>().Select(type => type.TrimStart('#')).Where(type => type.Contains('.', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n");
        foreach (var group in types.GroupBy(type => type[..type.IndexOf('.', StringComparison.Ordinal)]))
        {
            text.Append($"  <edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/{group.Key}_v1.xml\">\n    <edmx:Include Namespace=\"{group.Key}\"/>\n");
            foreach (var version in group.Select(type => type[..type.LastIndexOf('.')]).Where(space => space != group.Key).Distinct(StringComparer.Ordinal))
            {
                text.Append($"    <edmx:Include Namespace=\"{version}\"/>\n");
            }

            text.Append("  </edmx:Reference>\n");
        }

        text.Append("  <edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml\">\n    <edmx:Include Namespace=\"RedfishExtensions.v1_0_0\" Alias=\"Redfish\"/>\n  </edmx:Reference>\n");
        text.Append("  <edmx:DataServices>\n    <Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"Service\">\n");
        text.Append("      <EntityContainer Name=\"Service\" Extends=\"ServiceRoot.v1_0_0.ServiceContainer\"/>\n    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>\n");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        context.Response.ContentType = "application/xml; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
