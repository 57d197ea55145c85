using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>The resources of one BMC: its kind's template, and what somebody set or broke on it.</summary>
/// <remarks>Any thread. Takes no memory of its own until something is set.</remarks>
internal sealed class BmcResources(TreeTemplate template, BmcSelf self)
{
    private ConcurrentDictionary<string, LiveBody>? _set;

    public TreeTemplate Template => template;

    public BmcSelf Self => self;

    /// <summary>The resource at a path, or null.</summary>
    public LiveBody? Find(string path) =>
        _set is not null && _set.TryGetValue(path, out var set) ? set : template.TryGet(path, out var body) ? body : null;

    /// <summary>A resource through query parameters.</summary>
    public TreeAnswer Ask(string path, TreeQuery query) =>
        _set is null || _set.IsEmpty ? template.Ask(path, query) : query.Answer(path, found => Find(found)?.Parse(), template.Holes);

    /// <summary>A resource as JSON with its holes, to be changed.</summary>
    public JsonNode? Parse(string path) => Find(path)?.Parse();

    /// <summary>Puts another body in place of a resource's.</summary>
    public void Set(string path, JsonNode body)
    {
        var set = _set ?? Interlocked.CompareExchange(ref _set, new ConcurrentDictionary<string, LiveBody>(1, 4, StringComparer.Ordinal), null) ?? _set;
        set![path] = LiveBody.Of(body, template.Holes);
    }

    /// <summary>Makes JSON with this tree's holes live.</summary>
    public LiveBody Live(JsonNode body) => LiveBody.Of(body, template.Holes);
}
