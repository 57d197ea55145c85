using System.Text.Json;
using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>
/// Every shared tree against what is true of it: facts counted in the tree by type, not by the walk, with every difference explained.
/// </summary>
public sealed class GoldenTreeTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "Redfish", "Golden");

    // Files of single resources and examples, without a service root.
    private static readonly string[] Rootless = ["bmclib-fragments", "dmtf-dsp2046-examples", "dmtf-event-examples", "lambda-fragments"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Trees => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Trees))]
    public async Task A_tree_is_walked_and_counted_right(string tree)
    {
        var server = TreeServer.Load(FileOf(tree));
        var walk = await Walks.RunAsync(server, cancellationToken: Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{tree}: {server.Gets.Count} GETs, plan {walk.Found.Plan.Cost}");

        Compare(tree, walk);
        Assert.Empty(walk.Failures);
        Assert.Equal(1, server.Logins);
        Assert.Equal(1, server.Logouts);
        Assert.DoesNotContain(server.Gets, path => path.Contains("LogServices", StringComparison.Ordinal) || path.Contains("SubProcessors", StringComparison.Ordinal));
        Assert.Equal(walk.Found.Parts.Count, walk.Found.Parts.Select(part => part.Id).Distinct().Count());
        Assert.InRange(walk.Found.Plan.Reads.Where(read => read.Class != PlanClass.Leak).Sum(read => read.Values), 0, new PlanRules().MaxValues);
    }

    [Theory]
    [InlineData("ignored")]
    [InlineData("refused")]
    [InlineData("collections")]
    [InlineData("drops:Reading")]
    [InlineData("drops:@odata.id")]
    [InlineData("drops:Id")]
    public async Task A_broken_expand_changes_what_is_asked_and_not_what_is_found(string how)
    {
        foreach (var tree in new[] { "nvidia-gb200-compute-tray", "dell-r750-h100pcie", "dmtf-cooling-unit" })
        {
            var server = TreeServer.Load(FileOf(tree), how);
            var walk = await Walks.RunAsync(server, limits: new WalkLimits { SensorsOneByOne = 1_000, Requests = 3_000 }, cancellationToken: Token);
            TestContext.Current.TestOutputHelper?.WriteLine($"{tree} {how}: {server.Gets.Count} GETs");

            Compare(tree, walk);
        }
    }

    [Theory]
    [InlineData("tree")]
    [InlineData("collections")]
    public async Task A_gb200_tray_takes_at_most_150_gets_though_its_bmc_expand_collections_only(string how)
    {
        var server = TreeServer.Load(FileOf("nvidia-gb200-compute-tray"), how);
        await Walks.RunAsync(server, cancellationToken: Token);
        Assert.InRange(server.Gets.Count, 50, 150);
    }

    [Fact]
    public async Task The_critical_detector_of_the_gb200_tray_is_critical_though_its_parent_says_ok()
    {
        var walk = await Walks.RunAsync(TreeServer.Load(FileOf("nvidia-gb200-compute-tray")), cancellationToken: Token);
        var critical = Assert.Single(walk.Found.Parts, part => part.DetectorState == "Critical");

        Assert.Equal("Chassis_0_LeakDetector_1_ColdPlate", critical.Id);
        Assert.Equal("Critical", critical.Health);
        Assert.Equal("Degraded", critical.State);
        var read = Assert.Single(walk.Found.Plan.Reads, read => read.Class == PlanClass.Leak);
        Assert.Equal((PlanForm.Expanded, 4, 30), (read.Form, read.Values, read.PeriodSeconds));
    }

    [Fact]
    public void Every_shared_tree_has_its_facts_or_no_service_root()
    {
        var files = Directory.GetFiles(Shared(), "*.ndjson.gz").Select(file => Path.GetFileName(file)[..^".ndjson.gz".Length]);
        Assert.Equal(files.Order(StringComparer.Ordinal), Trees.Select(row => row.Data).Concat(Rootless).Order(StringComparer.Ordinal));
    }

    private static void Compare(string tree, HardwareWalk walk)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, tree + ".json")));
        var found = walk.Found;
        int Of(WalkedKind kind) => found.Parts.Count(part => part.Kind == kind);
        var facts = new Dictionary<string, object?>
        {
            ["kind"] = found.Kind.ToString(),
            ["mac"] = found.Mac?.Value,
            ["serial"] = found.Serial?.Value,
            ["model"] = found.Model?.Value,
            ["accelerators"] = Of(WalkedKind.Accelerator),
            ["acceleratorSerials"] = string.Join(' ', found.Parts.Where(part => part.Kind == WalkedKind.Accelerator).Select(part => part.Serial).OfType<string>().Order(StringComparer.Ordinal)),
            ["processors"] = Of(WalkedKind.Processor),
            ["memory"] = Of(WalkedKind.Memory),
            ["powerSupplies"] = Of(WalkedKind.PowerSupply),
            ["leakDetectors"] = string.Join(' ', found.Parts.Where(part => part.Kind == WalkedKind.LeakDetector).CountBy(part => part.DetectorState ?? "none").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{pair.Value}")),
            ["sensors"] = found.Sensors.Count,
            ["fans"] = Of(WalkedKind.Fan),
            ["pumps"] = Of(WalkedKind.Pump),
            ["networkAdapters"] = Of(WalkedKind.NetworkAdapter),
            ["switches"] = Of(WalkedKind.FabricSwitch),
            ["ports"] = found.Ports.Count,
            ["firmware"] = found.Firmware.Count,
            ["reports"] = found.Reports.Count,
            ["reportDefinitions"] = found.ReportDefinitions.Count,
            ["circuits"] = Of(WalkedKind.Circuit),
            ["controls"] = found.Controls.Count,
            ["drives"] = Of(WalkedKind.Drive),
        };
        var wrong = facts
            .Where(fact => Text(json.RootElement.GetProperty(fact.Key)) != (fact.Value?.ToString() ?? ""))
            .Select(fact => $"{tree}: {fact.Key} is {Text(json.RootElement.GetProperty(fact.Key))} in the tree, {fact.Value} by the walk");
        Assert.Equal("", string.Join("; ", wrong));
    }

    private static string Text(JsonElement fact) => fact.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Join(' ', fact.EnumerateArray().Select(entry => entry.ToString())),
        JsonValueKind.Object => string.Join(' ', fact.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{member.Value}")),
        _ => fact.ToString(),
    };

    private static string FileOf(string tree) => Path.Combine(Shared(), tree + ".ndjson.gz");

    private static string Shared()
    {
        if (RepositoryFolder.TestData("redfish") is { } folder)
        {
            return folder;
        }

        Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
        return "";
    }
}
