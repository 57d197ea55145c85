using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>A resource that could not be read.</summary>
/// <param name="Uri">Its path.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="Error">In words.</param>
public sealed record WalkFailure(string Uri, RedfishOutcome Outcome, string Error);

/// <summary>
/// Reads resources of one BMC within limits, each at most once, and keeps what went wrong beside what was read. Bodies that came inside
/// others (<c>$expand</c>, or collections that carry their members anyway) are not asked for again.
/// </summary>
/// <remarks>One thread at a time. Paths are told apart as <see cref="ResourcePaths"/> says.</remarks>
public sealed partial class ResourceWalk
{
    private readonly RedfishClient _client;
    private readonly WalkLimits _limits;
    private readonly QuirkLog _quirks;
    private readonly List<WalkFailure> _failures = [];
    private readonly Dictionary<string, ReadBody?> _read = new(ResourcePaths.Comparer);
    private readonly HashSet<string> _trulyWithout = new(StringComparer.Ordinal);
    private bool _isOver;

    /// <summary>A walk over the BMC of a client.</summary>
    public ResourceWalk(RedfishClient client, WalkLimits limits)
    {
        (_client, _limits) = (client, limits);
        _quirks = new QuirkLog(limits.Quirks);
    }

    // A body, how many bytes of answers it took, and whether it came inside another.
    private sealed record ReadBody(JsonElement Root, int Bytes, bool CameInside, bool ByExpand);

    /// <summary>What was odd, each once.</summary>
    public IReadOnlyList<RedfishQuirk> Quirks => _quirks;

    /// <summary>What could not be read; a 404 is noted as a quirk instead, since links to nothing are common.</summary>
    public IReadOnlyList<WalkFailure> Failures => _failures;

    /// <summary>GETs sent.</summary>
    public int Requests { get; private set; }

    /// <summary>Bytes of bodies taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>How resources are asked for together with those below them.</summary>
    public ExpandQuery Expand { get; set; } = ExpandQuery.None;

    /// <summary>Which paths are never read; none of them is a quirk.</summary>
    public Predicate<string> Skip { get; set; } = _ => false;

    /// <summary>The limits.</summary>
    public WalkLimits Limits => _limits;

    /// <summary>Whether nothing more will be read: the BMC is gone, or a limit was hit.</summary>
    public bool IsOver => _isOver;

    /// <summary>The resource at a path, or null when it cannot be read; why is in <see cref="Failures"/> or <see cref="Quirks"/>.</summary>
    public Task<ResourceReader?> ReadAsync(string uri, CancellationToken cancellationToken) => ReadAsync(uri, isProbe: false, cancellationToken);

    /// <summary>The resource at a path that nothing links to but that the standard names: no quirk when it is not there.</summary>
    public Task<ResourceReader?> ProbeAsync(string uri, CancellationToken cancellationToken) => ReadAsync(uri, isProbe: true, cancellationToken);

    /// <summary>The resource that a property links to, or null.</summary>
    public async Task<ResourceReader?> FollowAsync(ResourceReader from, string property, CancellationToken cancellationToken) =>
        from.Link(property) is { } link ? await ReadAsync(link, cancellationToken) : null;

    /// <summary>
    /// The resource that a property links to, if it is of the type that belongs there; else what stands at the well-known path below the owner.
    /// A link to something else is noted: DMTF's own power shelf links its sensors as its power subsystem.
    /// </summary>
    public async Task<ResourceReader?> FollowAsync(ResourceReader from, string property, string type, CancellationToken cancellationToken)
    {
        if (!from.Has(property) || await FollowAsync(from, property, cancellationToken) is not { } body)
        {
            return null;
        }

        var said = body.Has("@odata.type") ? body.Text("@odata.type") : null;
        if (said is null || said.Contains(type, StringComparison.OrdinalIgnoreCase) || !said.StartsWith('#'))
        {
            return body;
        }

        from.Note(property, $"links to a {said.TrimStart('#').Split('.')[0]}");
        return await ProbeAsync($"{from.Uri}/{property}", cancellationToken);
    }

    /// <summary>Reads a resource together with those below it where that holds, so that they are not asked for one by one. Otherwise does nothing.</summary>
    /// <param name="uri">A resource, not a collection.</param>
    /// <param name="levels">How deep.</param>
    /// <param name="below">A property that must come with a body of its own, or the BMC does not expand single resources.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task ExpandAsync(string uri, int levels, string below, CancellationToken cancellationToken)
    {
        var path = PathOf(uri);
        if (!Expand.Holds || !Expand.HoldsDeep || Expand.MaxLevels < levels)
        {
            return;
        }

        if (await FetchAsync(Expand.Query(path, levels), path, isProbe: false, cancellationToken) is not { } body)
        {
            if (!_isOver && !_read.ContainsKey(path))
            {
                Note(path, "$expand", "of a single resource is refused: read one by one");
                Expand.BreakDeep();
            }

            return;
        }

        Keep(path, body);
        if (ResourceReader.TryPointer(body.Root, below, out var value) && value.ValueKind == JsonValueKind.Object && !IsBody(value))
        {
            Note(path, below, "$expand of a single resource leaves links as they are: read one by one");
            Expand.BreakDeep();
        }
    }

    /// <summary>
    /// The members of a collection with their bodies, over its pages: by <c>$expand</c> where it holds, else one by one.
    /// </summary>
    /// <param name="uri">The collection.</param>
    /// <param name="required">A property that a member must have for its body to be believed, such as <c>Reading</c>; null: any body is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<List<ResourceReader>> MembersAsync(string uri, string? required, CancellationToken cancellationToken)
    {
        var collection = await CollectionAsync(uri, required, cancellationToken);
        var members = new List<ResourceReader>();
        foreach (var path in collection.Paths)
        {
            if (await ReadAsync(path, cancellationToken) is { } member)
            {
                members.Add(member);
            }
        }

        return members;
    }

    /// <summary>Paths of a collection's members, over its pages; empty when there is no such collection.</summary>
    public async Task<List<string>> MembersAsync(string uri, CancellationToken cancellationToken) =>
        (await CollectionAsync(uri, expand: false, null, cancellationToken)).Paths;

    /// <summary>A collection, by <c>$expand</c> where it holds: its members' paths, and how their bodies came.</summary>
    public Task<WalkedMembers> CollectionAsync(string uri, string? required, CancellationToken cancellationToken) =>
        CollectionAsync(uri, expand: true, required, cancellationToken);

    /// <summary>
    /// The paths that a pattern of paths means, where a <c>*</c> segment stands for each member of the collection before it:
    /// <c>/redfish/v1/Managers/*/EthernetInterfaces/*</c>.
    /// </summary>
    public async Task<List<string>> PathsAsync(string pattern, CancellationToken cancellationToken)
    {
        var paths = new List<string> { "" };
        foreach (var segment in pattern.Trim('/').Split('/'))
        {
            if (segment != "*")
            {
                paths = paths.ConvertAll(path => $"{path}/{segment}");
                continue;
            }

            var members = new List<string>();
            foreach (var path in paths)
            {
                members.AddRange((await CollectionAsync(path, null, cancellationToken)).Paths);
            }

            paths = members.Distinct(ResourcePaths.Comparer).ToList();
        }

        return paths;
    }

    /// <summary>Whether the body at a path is known without asking.</summary>
    public bool IsKnown(string uri) => _read.TryGetValue(PathOf(uri), out var body) && body is not null;

    /// <summary>Bytes that the body at a path took, 0 when it was not read.</summary>
    public int BytesOf(string uri) => _read.GetValueOrDefault(PathOf(uri))?.Bytes ?? 0;

    /// <summary>Notes something odd.</summary>
    public void Note(string uri, string property, string what) => _quirks.Add(new RedfishQuirk(uri, property, what));

    /// <summary>Takes in a body that was read by other means: the service root, which is read before there is a walk.</summary>
    public ResourceReader Know(string uri, RedfishAnswer answer)
    {
        var path = PathOf(uri);
        Keep(path, new ReadBody(answer.Root, answer.BodyBytes, CameInside: false, ByExpand: false));
        return new ResourceReader(path, answer.Root, _quirks);
    }

    private async Task<ResourceReader?> ReadAsync(string uri, bool isProbe, CancellationToken cancellationToken)
    {
        var path = PathOf(uri);
        if (!_read.TryGetValue(path, out var body))
        {
            body = await FetchAsync(path, path, isProbe, cancellationToken);
            if (body is null)
            {
                _read[path] = null;
            }
            else
            {
                Keep(path, body);
            }
        }

        return body is null ? null : new ResourceReader(path, body.Root, _quirks);
    }

    // Keeps a body and those that came inside it.
    private void Keep(string path, ReadBody body)
    {
        _read[path] = body;
        KeepInside(body.Root, 0, body.ByExpand);
    }

    private void KeepInside(JsonElement element, int depth, bool byExpand)
    {
        if (depth > 24)
        {
            return; // six levels of resources, each in an array below a property
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in element.EnumerateArray())
            {
                KeepInside(entry, depth + 1, byExpand);
            }

            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (depth > 0 && ResourceReader.TryPointer(element, "Members", out var members) && SaysTwice(members))
        {
            return; // asked for by itself
        }

        if (depth > 0 && IsBody(element) && ResourceReader.PathIn(element) is { } id && id.StartsWith("/redfish/", StringComparison.OrdinalIgnoreCase)
            && !id.Contains('#', StringComparison.Ordinal))
        {
            var inside = PathOf(id);
            _read.TryAdd(inside, new ReadBody(element, JsonMarshal.GetRawUtf8Value(element).Length, CameInside: true, byExpand));
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                KeepInside(member.Value, depth + 1, byExpand);
            }
        }
    }

    // A link has its path alone, perhaps with a count; a body has a type, or an Id and something else.
    private static bool IsBody(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() > 2
        && ResourceReader.PathIn(element) is not null
        && (ResourceReader.TryPointer(element, "@odata.type", out _) || ResourceReader.TryPointer(element, "Id", out _) || ResourceReader.TryPointer(element, "Name", out _));

    private async Task<ReadBody?> FetchAsync(string request, string path, bool isProbe, CancellationToken cancellationToken)
    {
        if (_isOver || Skip(path))
        {
            return null;
        }

        if (Requests >= _limits.Requests || Bytes >= _limits.Bytes)
        {
            _isOver = true;
            _failures.Add(new WalkFailure(path, RedfishOutcome.Busy, Bytes >= _limits.Bytes
                ? $"stopped after {Bytes} bytes from this BMC; raise the budget to see more"
                : $"stopped after {Requests} requests to this BMC; raise the budget to see more"));
            return null;
        }

        Requests++;
        var answer = await _client.GetAsync(request, cancellationToken);
        Bytes += answer.BodyBytes;
        if (answer.IsRead)
        {
            return new ReadBody(answer.Root, answer.BodyBytes, CameInside: false, request.Contains("$expand", StringComparison.Ordinal));
        }

        if (answer.Outcome == RedfishOutcome.NotFound)
        {
            _read[path] = null;
            if (!isProbe)
            {
                Note(path, "", "a link to nothing (404)");
            }

            return null;
        }

        // An expansion that takes too long or is refused says nothing about the BMC: the caller asks without.
        if (request.Contains("$expand", StringComparison.Ordinal) && answer.Outcome is not RedfishOutcome.Unauthorized
            && (!answer.IsGone || answer.Outcome == RedfishOutcome.Timeout))
        {
            return null;
        }

        _failures.Add(new WalkFailure(path, answer.Outcome, answer.Error));
        _isOver = answer.IsGone || (answer.Outcome == RedfishOutcome.Unauthorized && answer.Error.StartsWith("login", StringComparison.Ordinal));
        return null;
    }

    private static string PathOf(string uri) => ResourcePaths.Of(uri);
}
