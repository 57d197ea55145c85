using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>A resource that could not be read.</summary>
/// <param name="Uri">Its path.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="Error">In words.</param>
public sealed record WalkFailure(string Uri, RedfishOutcome Outcome, string Error);

/// <summary>
/// Reads resources of one BMC within a budget of requests, each at most once, and keeps what went wrong beside what was read.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class ResourceWalk(RedfishClient client, int requestBudget)
{
    // A page of bmcweb has up to 1,000 members; 20,000 members are beyond anything but journals, which this walk has no business in.
    private const int MaxMembers = 20_000;
    private const int MaxPages = 64;

    private readonly Dictionary<string, JsonElement?> _read = new(StringComparer.Ordinal);
    private int _spent;
    private bool _gone;

    /// <summary>What was odd.</summary>
    public List<RedfishQuirk> Quirks { get; } = [];

    /// <summary>What could not be read; a 404 is noted as a quirk instead, since links to nothing are common.</summary>
    public List<WalkFailure> Failures { get; } = [];

    /// <summary>The resource at a path, or null when it cannot be read; why is in <see cref="Failures"/> or <see cref="Quirks"/>.</summary>
    public async Task<ResourceReader?> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        var path = uri.Split('#')[0].TrimEnd('/');
        if (!_read.TryGetValue(path, out var body))
        {
            body = await FetchAsync(path, cancellationToken);
            _read[path] = body;
        }

        return body is { } element ? new ResourceReader(path, element, Quirks) : null;
    }

    /// <summary>Paths of a collection's members, over its pages; empty when there is no such collection.</summary>
    public async Task<List<string>> MembersAsync(string uri, CancellationToken cancellationToken)
    {
        var members = new List<string>();
        var next = uri;
        for (var page = 0; next is not null && page < MaxPages; page++)
        {
            if (await ReadAsync(next, cancellationToken) is not { } reader)
            {
                return members;
            }

            members.AddRange(reader.Links("Members", MaxMembers - members.Count));
            var following = reader.Text("Members@odata.nextLink");
            next = following == next ? null : following;
        }

        if (next is not null)
        {
            Quirks.Add(new RedfishQuirk(uri, "Members@odata.nextLink", $"more than {MaxPages} pages: the rest was left out"));
        }

        return members;
    }

    /// <summary>
    /// The paths that a pattern of paths means, where a <c>*</c> segment stands for each member of the collection before it:
    /// <c>/redfish/v1/Managers/*/EthernetInterfaces/*</c>.
    /// </summary>
    public async Task<List<string>> ExpandAsync(string pattern, CancellationToken cancellationToken)
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
                members.AddRange(await MembersAsync(path, cancellationToken));
            }

            paths = members.Distinct(StringComparer.Ordinal).ToList();
        }

        return paths;
    }

    private async Task<JsonElement?> FetchAsync(string path, CancellationToken cancellationToken)
    {
        if (_gone)
        {
            return null;
        }

        if (++_spent > requestBudget)
        {
            _gone = true;
            Failures.Add(new WalkFailure(path, RedfishOutcome.Busy, $"stopped after {requestBudget} requests to this BMC; raise the budget to see more"));
            return null;
        }

        var answer = await client.GetAsync(path, cancellationToken);
        if (answer.IsRead)
        {
            return answer.Root;
        }

        if (answer.Outcome == RedfishOutcome.NotFound)
        {
            Quirks.Add(new RedfishQuirk(path, "", "a link to nothing (404)"));
            return null;
        }

        Failures.Add(new WalkFailure(path, answer.Outcome, answer.Error));
        _gone = answer.IsGone || (answer.Outcome == RedfishOutcome.Unauthorized && answer.Error.StartsWith("login", StringComparison.Ordinal));
        return null;
    }
}
