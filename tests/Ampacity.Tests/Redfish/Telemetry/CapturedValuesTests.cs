using System.Text.Json;
using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>
/// What the values of each captured tree become, held against facts that are written down: a series with a unit, or a refusal with a reason.
/// </summary>
/// <remarks>
/// Golden/&lt;tree&gt;.json is what was decoded on 2026-11-30 and looked through by hand; AMPACITY_UPDATE_GOLDEN=1 writes it anew, and the diff is the review.
/// </remarks>
public sealed class CapturedValuesTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly string Golden = Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "Redfish", "Telemetry", "Golden");

    private static readonly PlatformProfiles Profiles = PlatformProfiles.Load(Path.Combine(RepositoryFolder.Root, "profiles"));

    public static TheoryData<string> Trees => RepositoryFolder.TestData("redfish") is { } folder
        ? [.. Directory.GetFiles(folder, "*.ndjson.gz").Select(file => Path.GetFileName(file)[..^".ndjson.gz".Length]).Order(StringComparer.Ordinal)]
        : ["no captured trees"];

    [Theory]
    [MemberData(nameof(Trees))]
    public void Every_value_of_a_tree_is_a_series_or_refused_with_a_reason(string tree)
    {
        if (RepositoryFolder.TestData("redfish") is not { } folder)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        var facts = Decode(Path.Combine(folder, tree + ".ndjson.gz"), Profiles.ById(tree == "nvidia-gb200-compute-tray" ? "nvidia-gb200-nvl" : "generic")!);
        var path = Path.Combine(Golden, tree + ".json");
        var now = JsonSerializer.Serialize(facts, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("AMPACITY_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, now);
        }

        Assert.True(File.Exists(path), $"no golden facts for the tree {tree}: run with AMPACITY_UPDATE_GOLDEN=1, look through them and commit");
        Assert.Equal(File.ReadAllText(path), now);
    }

    [Fact]
    public void The_gb200_trays_critical_detector_is_seen_although_its_parent_says_ok()
    {
        if (RepositoryFolder.TestData("redfish") is not { } folder)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        var table = new MetricPropertyTable();
        var readings = new MetricReadings();
        var decoder = new ResourceDecoder();
        foreach (var (path, body) in PackedTree.Read(Path.Combine(folder, "nvidia-gb200-compute-tray.ndjson.gz")).Where(one => one.Path.Contains("/LeakDetect", StringComparison.Ordinal)))
        {
            decoder.Decode(body, path, table, readings);
        }

        var mapper = new ValueMapper(Profiles.ById("nvidia-gb200-nvl")!, []);
        var states = Enumerable.Range(0, readings.Count)
            .Select(row => (Meaning: mapper.Map(table.NameOf(readings.Properties[row]), table.FactsOf(readings.Properties[row])), Value: readings.Values[row]))
            .ToList();
        var detectors = states.Where(one => one.Meaning.Family == "hw_leak_detector_state").ToDictionary(one => one.Meaning.Component, one => one.Value);
        Assert.Equal(4, detectors.Count);
        Assert.Equal(2, detectors["Chassis_0_LeakDetector_1_ColdPlate"]);
        Assert.Equal(3, detectors.Count(one => one.Value == 0));
        Assert.All(states.Where(one => one.Meaning.Family == "hw_leak_detector_blind"), one => Assert.Equal(0, one.Value));
    }

    private static Facts Decode(string file, PlatformProfile profile)
    {
        var table = new MetricPropertyTable();
        var readings = new MetricReadings();
        var decoder = new ResourceDecoder();
        var mapper = new ValueMapper(profile, []);
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (path, body) in PackedTree.Read(file))
        {
            var before = readings.Count;
            var result = decoder.Decode(body, path.Split('?')[0], table, readings);
            Assert.True(result.Error.Length == 0, $"{path}: {result.Error}");
            Assert.True(result.Skipped == 0, $"{path}: {result.Skipped} values over a limit");
            for (var row = before; row < readings.Count; row++)
            {
                // A value that is not there is no number, least of all 0.
                var isAbsent = (readings.Flags[row] & (ReadingMarks.Absent | ReadingMarks.NotANumber)) != ReadingMarks.None;
                Assert.True(isAbsent == double.IsNaN(readings.Values[row]), $"{path} {table.NameOf(readings.Properties[row])}");
            }

            if (readings.Count > before)
            {
                Add(kinds, result.Kind.ToString());
            }
        }

        var (series, refused, marks) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var (twice, done) = (0, new HashSet<int>());
        for (var row = 0; row < readings.Count; row++)
        {
            var property = readings.Properties[row];
            if (!done.Add(property))
            {
                continue;
            }

            var meaning = mapper.Map(table.NameOf(property), table.FactsOf(property));
            if (meaning.Refusal != RefusalReason.None)
            {
                if ((readings.Flags[row] & ReadingMarks.Absent) == ReadingMarks.None)
                {
                    Add(refused, (readings.Flags[row] & ReadingMarks.NotANumber) != ReadingMarks.None ? "Text" : meaning.Refusal.ToString());
                }

                continue;
            }

            Assert.True(double.IsFinite(meaning.Factor) && meaning.Factor != 0);
            Add(series, meaning.Family);
            twice += labels.TryAdd($"{meaning.Family} {meaning.Component} {string.Join(',', meaning.Labels)}", table.NameOf(property)) ? 0 : 1;
            Add(marks, readings.Flags[row] != ReadingMarks.None ? readings.Flags[row].ToString() : (meaning.Traits & ValueTraits.Inferred) != ValueTraits.None ? "Inferred by a table" : "Good");
        }

        return new Facts(kinds, readings.Count, done.Count, series, marks, refused, twice);
    }

    private static void Add(SortedDictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    /// <param name="Resources">Bodies that gave values, by kind.</param>
    /// <param name="Values">Values, history included.</param>
    /// <param name="Properties">Different ones.</param>
    /// <param name="Series">Properties that are series, by family.</param>
    /// <param name="Marks">How good the values of those are.</param>
    /// <param name="Refused">Properties with a number that are none, by reason.</param>
    /// <param name="SameSeriesAgain">Properties that are a series that another one is already.</param>
    public sealed record Facts(
        SortedDictionary<string, int> Resources, int Values, int Properties, SortedDictionary<string, int> Series, SortedDictionary<string, int> Marks,
        SortedDictionary<string, int> Refused, int SameSeriesAgain);
}
