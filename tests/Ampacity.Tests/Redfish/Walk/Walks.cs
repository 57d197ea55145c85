using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>Walks over BMCs in memory.</summary>
internal static class Walks
{
    public static PlatformProfiles Shipped { get; } = PlatformProfiles.Load(Path.Combine(RepositoryFolder.Root, "profiles"));

    public static async Task<HardwareWalk> RunAsync(
        TreeServer server, PlatformProfiles? profiles = null, WalkLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var options = new RedfishClientOptions { Handler = () => server, MaxConcurrentRequests = 1 };
        await using var client = new RedfishClient(new Uri("http://127.0.0.1:1"), new BmcCredentials("root", "x"), options, TimeProvider.System);
        var root = await client.GetServiceRootAsync(cancellationToken);
        Assert.True(root.IsRead, root.Error);
        var walk = new HardwareWalk(client, profiles ?? Shipped, limits ?? new WalkLimits(), new PlanRules { IsWanted = Ampacity.Collect.DefaultFamilies.Has });
        Assert.True(await walk.RunAsync(root, cancellationToken));
        return walk;
    }
}
