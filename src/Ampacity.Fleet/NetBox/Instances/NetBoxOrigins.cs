using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>Gathers what everything that an import declares is called in NetBox.</summary>
internal static class NetBoxOrigins
{
    public static ImportOrigins Of(NetBoxWork work)
    {
        var nodes = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var assets = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var places = new Stack<ImportedPlace>(work.Sites);
        while (places.TryPop(out var place))
        {
            if (place.Source is { } source)
            {
                nodes[place.Path] = source.Origin;
            }

            foreach (var node in place.Power)
            {
                nodes[$"{place.Path}/{node.Name}"] = node.Source.Origin;
            }

            foreach (var rack in place.Racks)
            {
                var path = $"{place.Path}/{rack.Path}";
                nodes[path] = rack.Source.Origin;
                foreach (var asset in rack.Assets)
                {
                    assets[asset.Position.Length == 0 ? path : $"{path}/{asset.Position}"] = asset.Source.Origin;
                }
            }

            place.Below.ForEach(places.Push);
        }

        return new(
            NetBoxInstance.SourceOf(work.Export.Instance),
            nodes.ToImmutable(),
            work.Tenants.ToImmutableDictionary(tenant => tenant.Value, tenant => FormattableString.Invariant($"{NetBoxCollections.Tenants}/{tenant.Key}"), StringComparer.Ordinal),
            assets.ToImmutable())
        {
            MissingLists = [.. NetBoxCollections.Read.Select(list => list.Name).Where(list => !work.Export.Has(list) || work.Export.Unread.Any(unread => unread.Collection == list))],
        };
    }
}
