using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Which query parameters a service says it takes (<c>ProtocolFeaturesSupported</c> of its root).</summary>
/// <param name="Expand"><c>$expand</c> in any form.</param>
/// <param name="MaxLevels">Most levels of it.</param>
/// <param name="Select"><c>$select</c>.</param>
/// <param name="Only"><c>only</c>.</param>
internal sealed record QueryFeatures(bool Expand, int MaxLevels, bool Select, bool Only)
{
    public static QueryFeatures Of(JsonObject? root)
    {
        var features = root?["ProtocolFeaturesSupported"] as JsonObject;
        var expand = features?["ExpandQuery"] as JsonObject;
        bool Says(JsonObject? where, string name) => where?[name] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;
        var levels = expand?[nameof(MaxLevels)] is JsonValue number && number.TryGetValue<int>(out var most) ? Math.Clamp(most, 1, TreeQuery.MaxLevels) : 1;
        return new QueryFeatures(
            Says(expand, "ExpandAll") || Says(expand, "NoLinks") || Says(expand, "Links"), levels, Says(features, "SelectQuery"), Says(features, "OnlyMemberQuery"));
    }
}

/// <summary>What a question with query parameters gave: a body, or a status with the reason.</summary>
/// <param name="Status">200, or what the question is refused with.</param>
/// <param name="Body">The answer; null when refused.</param>
/// <param name="Reason">Why it is refused; null otherwise.</param>
internal sealed record TreeAnswer(int Status, LiveBody? Body, string? Reason);

/// <summary>Query parameters of DSP0266: <c>$expand</c>, <c>$select</c>, <c>$top</c>, <c>$skip</c>, <c>only</c>.</summary>
internal sealed record TreeQuery
{
    /// <summary>Deepest <c>$expand</c>; OpenBMC's own limit is 6.</summary>
    public const int MaxLevels = 6;

    // bmcweb gives up likewise; the largest real answer (all sensors of a DGX H100) is 503 resources and 0.4 MB.
    private const int MaxExpanded = 5_000;
    private const long MaxExpandedBytes = 30L << 20;

    /// <summary><c>.</c> all but links, <c>~</c> links, <c>*</c> both; null without <c>$expand</c>.</summary>
    public char? Expand { get; init; }

    public int Levels { get; init; } = 1;

    public string? Select { get; init; }

    public int? Top { get; init; }

    public int Skip { get; init; }

    public bool Only { get; init; }

    /// <summary>Members of a collection in one answer, after which a next link stands; null for all.</summary>
    public int? PageSize { get; init; }

    /// <summary>Expanded members lose required properties: what AMI's firmware does.</summary>
    public bool Broken { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Expand}{Levels}|{Select}|{Top}|{Skip}|{Only}|{PageSize}|{Broken}");

    /// <summary>Answers the question over a tree.</summary>
    /// <param name="path">The resource.</param>
    /// <param name="find">Gives resources of the tree, fresh ones that may be changed.</param>
    /// <param name="holes">The tree's live values.</param>
    public TreeAnswer Answer(string path, Func<string, JsonNode?> find, IReadOnlyList<LiveHole> holes)
    {
        var body = find(path);
        if (body is not JsonObject resource)
        {
            return new TreeAnswer(body is null ? 404 : 200, body is null ? null : LiveBody.Of(body, holes), $"no resource at {path}");
        }

        try
        {
            if (Only && resource["Members"] is JsonArray { Count: 1 } single && TreeText.Link(single[0]) is { } member && find(member) is JsonObject alone)
            {
                resource = alone;
            }

            Page(path, resource);
            if (Expand is { } mode)
            {
                var (count, bytes) = (0, 0L);
                ExpandInto(resource, mode, Levels, find, ref count, ref bytes, insideLinks: false);
            }

            return new TreeAnswer(200, LiveBody.Of(Select is null ? resource : Selected(resource, Select), holes), null);
        }
        catch (TooMuchExpandedException)
        {
            return new TreeAnswer(507, null, $"more than {MaxExpanded} resources or {MaxExpandedBytes >> 20} MB to expand; ask for fewer levels or a smaller collection");
        }
        catch (ArgumentException error)
        {
            // A tree may say one property twice; it can be given as it is, but not be taken apart.
            return new TreeAnswer(500, null, $"{path} cannot be expanded: {error.Message}");
        }
    }

    private void Page(string path, JsonObject resource)
    {
        if (resource["Members"] is not JsonArray members || (Top is null && Skip == 0 && PageSize is null))
        {
            return;
        }

        var end = Math.Min(members.Count, (long)Skip + Math.Min(Top ?? int.MaxValue, PageSize ?? int.MaxValue));
        var next = end < members.Count && (Top is null || end < (long)Skip + Top);
        resource["Members@odata.count"] ??= members.Count;
        resource["Members"] = new JsonArray([.. members.Take((int)end).Skip(Skip).Select(member => member?.DeepClone())]);
        if (next)
        {
            var rest = Top is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&$top={Skip + Top - end}");
            resource["Members@odata.nextLink"] = string.Create(CultureInfo.InvariantCulture, $"{path}?$skip={end}{rest}");
        }
    }

    private void ExpandInto(JsonNode node, char mode, int levels, Func<string, JsonNode?> find, ref int count, ref long bytes, bool insideLinks)
    {
        switch (node)
        {
            case JsonArray array:
                for (var at = 0; at < array.Count; at++)
                {
                    if (array[at] is { } item && Replacement(item, mode, levels, find, ref count, ref bytes, insideLinks) is { } replaced)
                    {
                        array[at] = replaced;
                    }
                }

                break;
            case JsonObject container:
                foreach (var (name, value) in container.ToList())
                {
                    if (value is null || name is "@odata.id" or "@Redfish.Settings")
                    {
                        continue;
                    }

                    var links = insideLinks || name == "Links";
                    if (Replacement(value, mode, levels, find, ref count, ref bytes, links) is { } replaced)
                    {
                        container[name] = replaced;
                    }
                }

                break;
        }
    }

    private JsonObject? Replacement(JsonNode node, char mode, int levels, Func<string, JsonNode?> find, ref int count, ref long bytes, bool links)
    {
        if (TreeText.Link(node) is not { } path)
        {
            ExpandInto(node, mode, levels, find, ref count, ref bytes, links);
            return null;
        }

        if (mode == '.' && links || mode == '~' && !links || find(path) is not JsonObject resource)
        {
            return null;
        }

        bytes += 400;
        if (++count > MaxExpanded || bytes > MaxExpandedBytes)
        {
            throw new TooMuchExpandedException();
        }

        if (levels > 1)
        {
            ExpandInto(resource, mode, levels - 1, find, ref count, ref bytes, insideLinks: false);
        }

        if (Broken)
        {
            resource.Remove("@odata.type");
            resource.Remove("Name");
        }

        return resource;
    }

    // Properties by name or by path a/b; annotations of the resource stay, as the specification wants.
    private static JsonObject Selected(JsonObject resource, string select)
    {
        var selected = new JsonObject();
        foreach (var (name, value) in resource)
        {
            if (name.StartsWith("@odata.", StringComparison.Ordinal))
            {
                selected[name] = value?.DeepClone();
            }
        }

        foreach (var part in select.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Copy(resource, selected, part.Split('/'), 0);
        }

        return selected;
    }

    private static void Copy(JsonObject from, JsonObject to, string[] path, int depth)
    {
        if (!from.TryGetPropertyValue(path[depth], out var value))
        {
            return;
        }

        if (depth == path.Length - 1 || value is not JsonObject inner)
        {
            to[path[depth]] = value?.DeepClone();
            return;
        }

        if (to[path[depth]] is not JsonObject target)
        {
            to[path[depth]] = target = [];
        }

        Copy(inner, target, path, depth + 1);
    }

    private sealed class TooMuchExpandedException : Exception;
}
