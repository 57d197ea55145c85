using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ampacity.Tests;

/// <summary>
/// A BMC in memory: answers GETs from a tree as real services do ($expand with levels, sessions, 404), counts them, and can be made to
/// misbehave. Its encoder is its own.
/// </summary>
internal sealed class TreeServer : HttpMessageHandler
{
    private readonly Dictionary<string, JsonObject> _tree;
    private readonly Lock _gate = new();

    public TreeServer(Dictionary<string, JsonObject> tree) => _tree = tree;

    /// <summary>The same tree, to be made to misbehave.</summary>
    public TreeServer(TreeServer other) => _tree = other._tree;

    /// <summary>Paths of GETs in order, with their queries.</summary>
    public List<string> Gets { get; } = [];

    public int Logins { get; private set; }

    public int Logouts { get; private set; }

    public int Accounts { get; private set; }

    /// <summary>How $expand is answered: "tree" as the root says, "collections" only those, "ignored", "refused", "drops:Reading".</summary>
    public string Expand { get; init; } = "tree";

    /// <summary>Answers before the tree does, or null.</summary>
    public Func<string, HttpResponseMessage?>? Before { get; init; }

    public bool IsCaseless { get; init; } = true;

    public static TreeServer Of(params (string Path, string Json)[] resources) =>
        new(resources.ToDictionary(resource => resource.Path, resource => (JsonObject)JsonNode.Parse(resource.Json)!, StringComparer.OrdinalIgnoreCase));

    /// <summary>A tree of small facts: a service root that links what is given, then the resources.</summary>
    /// <param name="root">More of the service root, as JSON members, such as <c>"Vendor":"X"</c>; empty for nothing.</param>
    /// <param name="resources">Paths below /redfish/v1 and their bodies, without @odata.id; a body that is an array is the members of a collection.</param>
    public static TreeServer Facts(string root, params (string Path, string Json)[] resources)
    {
        var tree = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (path, json) in resources)
        {
            var full = "/redfish/v1/" + path;
            var body = json.StartsWith('[')
                ? (JsonObject)JsonNode.Parse($$"""{"Members":[{{string.Join(',', json.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(member => $$"""{"@odata.id":"{{full}}/{{member.Trim()}}"}"""))}}]}""")!
                : (JsonObject)JsonNode.Parse(json)!;
            body.TryAdd("@odata.id", full);
            tree.Add(full, body);
        }

        var links = string.Join(',', resources.Select(resource => resource.Path).Where(path => !path.Contains('/')).Select(path => $$""", "{{path}}":{"@odata.id":"/redfish/v1/{{path}}"}"""));
        tree["/redfish/v1"] = (JsonObject)JsonNode.Parse($$"""{"@odata.id":"/redfish/v1","RedfishVersion":"1.6.0"{{(root.Length == 0 ? "" : "," + root)}}{{links.Replace(",,", ",", StringComparison.Ordinal)}}}""")!;
        return new TreeServer(tree);
    }

    public static TreeServer Load(string file, string expand = "tree")
    {
        var tree = new Dictionary<string, JsonObject>(StringComparer.OrdinalIgnoreCase);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var entry = JsonNode.Parse(line)!;
            if (entry["body"] is JsonObject body)
            {
                entry.AsObject().Remove("body");
                var path = (string)entry["path"]!;

                // Captures of some tools keep what a hashed query answered under a file name; such a body says itself where it belongs.
                path = path.StartsWith("file:hashedresponses", StringComparison.Ordinal) && body["@odata.id"] is { } id ? (string)id! : path;
                tree.TryAdd(path.TrimEnd('/'), body);
            }
        }

        return new TreeServer(tree) { Expand = expand };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Answer(request);
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        if (request.Method == HttpMethod.Post)
        {
            Logins++;
            var made = new HttpResponseMessage(HttpStatusCode.Created) { Content = new StringContent("{}") };
            made.Headers.TryAddWithoutValidation("X-Auth-Token", $"t{Logins}");
            made.Headers.Location = new Uri($"/redfish/v1/SessionService/Sessions/{Logins}", UriKind.Relative);
            return made;
        }

        if (request.Method == HttpMethod.Delete)
        {
            Logouts++;
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        Accounts += request.Headers.Authorization is null ? 0 : 1;
        var query = Uri.UnescapeDataString(uri.Query);
        Gets.Add(uri.AbsolutePath + query);
        if (Before?.Invoke(uri.AbsolutePath + query) is { } early)
        {
            return early;
        }

        var path = uri.AbsolutePath.TrimEnd('/');
        path = _tree.ContainsKey(path + query) ? path + query : path;
        if (!_tree.TryGetValue(path, out var body) || (!IsCaseless && !_tree.Keys.Contains(path, StringComparer.Ordinal)))
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{}") };
        }

        if (!query.Contains("$expand", StringComparison.Ordinal) || Expand == "ignored" || (Expand == "collections" && body["Members"] is not JsonArray))
        {
            return Json(body);
        }

        if (Expand == "refused" || (Expand == "tree" && !SaysExpand()))
        {
            return new HttpResponseMessage(HttpStatusCode.NotImplemented) { Content = new StringContent("{}") };
        }

        var at = query.IndexOf("$levels=", StringComparison.Ordinal);
        var levels = at < 0 ? 1 : query[at + 8] - '0';
        return Json((JsonObject)Expanded(body, levels)!);
    }

    private bool SaysExpand() => _tree.GetValueOrDefault("/redfish/v1")?["ProtocolFeaturesSupported"]?["ExpandQuery"]?["NoLinks"] is { } says && (bool)says;

    private JsonNode? Expanded(JsonNode? node, int levels)
    {
        switch (node)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(entry => Expanded(entry, levels))]);
            case JsonObject { Count: 1 } link when levels > 0 && link["@odata.id"] is { } id:
                if (!_tree.TryGetValue(((string)id!).Split('#')[0], out var body) || ((string)id!).Contains('#'))
                {
                    return link.DeepClone();
                }

                var inside = Expanded(body, levels - 1)!.AsObject();
                if (Expand.StartsWith("drops:", StringComparison.Ordinal))
                {
                    inside.Remove(Expand[6..]);
                }

                return inside;
            case JsonObject plain:
                return new JsonObject(plain.Select(member => KeyValuePair.Create(
                    member.Key, member.Key is "Links" or "Actions" or "Oem" ? member.Value?.DeepClone() : Expanded(member.Value, levels))));
            default:
                return node?.DeepClone();
        }
    }

    public static HttpResponseMessage Json(JsonObject body) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
