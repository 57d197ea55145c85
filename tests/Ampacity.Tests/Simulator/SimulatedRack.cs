using System.Net;
using Ampacity.Redfish;
using Ampacity.Simulator;

namespace Ampacity.Tests;

/// <summary>Simulated trays for tests: addresses of their own per test, so that tests can run beside each other.</summary>
internal static class SimulatedRack
{
    private static int _next;

    public static readonly BmcCredentials Credentials = new("root", "0penBmc-test");

    public static string ProfileFolder { get; } = Path.Combine(RepositoryFolder.Root, "profiles");

    public static SimulatorOptions Options(int trays, string? treeFile = null)
    {
        var block = Interlocked.Increment(ref _next);
        return new SimulatorOptions
        {
            Trays = [.. Enumerable.Range(1, trays).Select(n => new SimulatedTray(
                $"site/hall/r1/{n}", IPAddress.Parse($"127.80.{100 + block}.{n}"), $"02:a0:00:00:{block:x2}:{n:x2}", $"18330250{block:00}{n:00}",
                4, 2, 1_000, 300))],
            Username = Credentials.Username,
            Password = Credentials.Password,
            TreeFile = treeFile,
            Seed = 7,
        };
    }

    public static string? CapturedTray =>
        RepositoryFolder.TestData("redfish") is { } folder ? Path.Combine(folder, "nvidia-gb200-compute-tray.ndjson.gz") : null;

    /// <summary>Null for the generated tree, or the captured one; skips when there is none.</summary>
    public static string? Tree(bool captured)
    {
        if (captured && CapturedTray is null)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
        }

        return captured ? CapturedTray : null;
    }
}
