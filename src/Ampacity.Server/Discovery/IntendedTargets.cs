using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Where declared BMCs are to be looked for.</summary>
internal static class IntendedTargets
{
    /// <summary>The declared address of each asset, else the one at which its MAC answered last.</summary>
    /// <param name="graph">The fleet.</param>
    /// <param name="seen">What surveys saw; null for nothing.</param>
    /// <param name="port">Port where a declared address says none.</param>
    /// <param name="scheme">http or https for declared addresses.</param>
    public static IEnumerable<SurveyTarget> Of(FleetGraph graph, HardwareLooks? seen, int port, string scheme)
    {
        foreach (var asset in graph.Assets.All)
        {
            if (asset.MergedInto is not null || asset.State == LifecycleState.Retired || asset.Place is null)
            {
                continue;
            }

            if (asset.BmcAddress is { } declared)
            {
                foreach (var target in SurveyTargets.Parse(declared, port, scheme))
                {
                    yield return target;
                }
            }
            else if (asset[IdentifierKind.Mac] is { } mac && seen?.LooksAt(mac) is [.., var last])
            {
                var address = new Uri(last.Bmc.Address);
                yield return new SurveyTarget(address.Scheme, address.Host.Trim('[', ']'), address.Port) { Account = last.Bmc.Account };
            }
        }
    }
}
