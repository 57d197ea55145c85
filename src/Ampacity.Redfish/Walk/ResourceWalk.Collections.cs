using System.Text.Json;

namespace Ampacity.Redfish;

/// <content>Collections: their pages, and whether members that came along are to be believed.</content>
public sealed partial class ResourceWalk
{
    private async Task<WalkedMembers> CollectionAsync(string uri, bool expand, string? required, CancellationToken cancellationToken)
    {
        var first = PathOf(uri);
        var expanded = expand && Expand.Holds && !_read.ContainsKey(first) ? await ExpandedAsync(first, required, cancellationToken) : null;
        var (paths, pages) = await PagesAsync(first, cancellationToken);
        var distinct = paths.Select(PathOf).Distinct(ResourcePaths.Comparer).ToList();
        if (required is not null)
        {
            await DoubtAsync(first, distinct, required, cancellationToken);
        }

        if (distinct.Count < paths.Count)
        {
            Note(first, "Members", "names a member twice");
        }

        var inside = distinct.Count > 0 && distinct.TrueForAll(path => _read.GetValueOrDefault(path) is { CameInside: true });
        var byExpand = expanded is not null || (inside && _read.GetValueOrDefault(distinct[0]) is { ByExpand: true });
        return new WalkedMembers(first, byExpand ? Expand.Query(first, 1) : first, distinct, inside, inside && pages == 1, BytesOf(first));
    }

    private async Task<(List<string> Paths, int Pages)> PagesAsync(string first, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        var pages = new HashSet<string>(ResourcePaths.Comparer);
        var next = first;
        while (next is not null && paths.Count < _limits.Members)
        {
            if (!pages.Add(next))
            {
                Note(first, "Members@odata.nextLink", "leads back to a page that was read: the loop was left");
                break;
            }

            if (pages.Count > _limits.Pages)
            {
                Note(first, "Members@odata.nextLink", $"more than {_limits.Pages} pages: the rest was left out");
                break;
            }

            if (await ReadAsync(next, cancellationToken) is not { } page)
            {
                break;
            }

            if (ResourceReader.TryPointer(page.Body, "Members", out var members) && members.ValueKind == JsonValueKind.Null)
            {
                Note(first, "Members", "null where an array belongs");
            }

            paths.AddRange(page.Links("Members", _limits.Members - paths.Count));
            next = page.Text("Members@odata.nextLink") is { Length: > 0 } following ? following.Split('#')[0] : null;
        }

        return (paths, pages.Count);
    }

    // The query that was sent when the answer carries its members, else null; a collection that does not hold is read again without.
    private async Task<string?> ExpandedAsync(string path, string? required, CancellationToken cancellationToken)
    {
        var query = Expand.Query(path, 1);
        if (await FetchAsync(query, path, isProbe: false, cancellationToken) is not { } body)
        {
            if (_read.TryGetValue(path, out var known) && known is null)
            {
                return null; // a 404: there is no such collection, with or without members
            }

            if (!_isOver)
            {
                Note(path, "$expand", "refused, though the service root says that it is there: read one by one");
                Expand.Break();
            }

            return null;
        }

        var reader = new ResourceReader(path, body.Root, _quirks);
        var count = ResourceReader.TryPointer(body.Root, "Members", out var members) && members.ValueKind == JsonValueKind.Array ? members.GetArrayLength() : 0;
        if (count > 0 && !members.EnumerateArray().Any(IsBody))
        {
            Note(path, "$expand", "members come without bodies, though the service root says otherwise: read one by one");
            Expand.Break();
            if (members.EnumerateArray().All(member => ResourceReader.PathIn(member) is not null))
            {
                Keep(path, body with { ByExpand = false }); // the links are all that a plain answer would say
            }

            return null;
        }

        if (reader.Number("Members@odata.count") is { } stated && stated > count && reader.Text("Members@odata.nextLink") is null)
        {
            Note(path, "$expand", $"{count} members of {stated}: not believed, read one by one");
            Expand.Break();
            return null;
        }

        if (SaysTwice(members))
        {
            // Bodies that say a path of another: which is whose, only the plain collection tells.
            Note(path, "$expand", "two members say one path: read one by one");
            return null;
        }

        if (required is not null && count > 0 && FirstWithout(members, required) is { } doubted && !await IsReallyWithoutAsync(doubted, required, cancellationToken))
        {
            Note(path, "$expand", $"drops '{required}', which the member itself has: not believed, read one by one");
            Expand.Break();
            return null;
        }

        Keep(path, body);
        return query;
    }

    private static bool SaysTwice(JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var paths = members.EnumerateArray().Where(IsBody).Select(ResourceReader.PathIn).OfType<string>().ToList();
        return paths.Distinct(StringComparer.Ordinal).Count() < paths.Count;
    }

    private static string? FirstWithout(JsonElement members, string required)
    {
        foreach (var member in members.EnumerateArray())
        {
            if (IsBody(member) && !ResourceReader.TryPointer(member, required, out _)
                && ResourceReader.TryPointer(member, "@odata.id", out var id) && id.ValueKind == JsonValueKind.String)
            {
                return id.GetString();
            }
        }

        return null;
    }

    // Members that came along inside a resource above: when one of them lacks what it has when asked, none of them is believed.
    private async Task DoubtAsync(string collection, List<string> members, string required, CancellationToken cancellationToken)
    {
        var doubted = members.Find(path => _read.GetValueOrDefault(path) is { ByExpand: true, CameInside: true } body
            && !ResourceReader.TryPointer(body.Root, required, out _));
        if (doubted is null || await IsReallyWithoutAsync(doubted, required, cancellationToken))
        {
            return;
        }

        Note(collection, "$expand", $"drops '{required}', which the member itself has: not believed, read one by one");
        Expand.Break();
        foreach (var path in _read.Where(pair => pair.Value is { ByExpand: true, CameInside: true }).Select(pair => pair.Key).ToList())
        {
            _read.Remove(path);
        }
    }

    // A member may truly lack it (an absent sensor has no Reading): one of them is asked.
    private async Task<bool> IsReallyWithoutAsync(string path, string required, CancellationToken cancellationToken)
    {
        if (_trulyWithout.Contains(required))
        {
            return true;
        }

        _read.Remove(path);
        if (await ReadAsync(path, isProbe: false, cancellationToken) is { } alone && ResourceReader.TryPointer(alone.Body, required, out _))
        {
            return false;
        }

        _trulyWithout.Add(required);
        return true;
    }
}

/// <summary>A collection as it was read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Query">Its path with the query that brings the members along, or the path alone.</param>
/// <param name="Paths">Its members', each once.</param>
/// <param name="CarriesMembers">Whether every member's body came inside an answer.</param>
/// <param name="InOneAnswer">Whether one GET brings all of it.</param>
/// <param name="Bytes">Bytes of its first page.</param>
public sealed record WalkedMembers(string Path, string Query, List<string> Paths, bool CarriesMembers, bool InOneAnswer, int Bytes);
