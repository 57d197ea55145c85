using System.Text.RegularExpressions;
using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Tests;

/// <summary>
/// The fleet below a script of ours. Beside upstream's commands: <c>fleet one-rack</c> puts the fleet of <see cref="OneRack"/> below, and time 0 is when it was applied;
/// <c>move r01/01/05 to r01/01/06 at 10m</c> declares a tray for another slot from then on, and what was declared there no more; <c>quality stale</c> is
/// that of the samples loaded from here on; <c>scope site/hall/r01</c> narrows the evals from here on, <c>scope whole</c> ends that.
/// </summary>
internal sealed partial class ScriptFleet
{
    private FactLedger? _ledger;
    private PlaceScope _scope = PlaceScope.Whole;
    private string _declared = OneRack.FileText;

    public long BeganMs => _ledger is null ? 0 : OneRack.BeganMs;

    public SampleQuality Quality { get; private set; }

    public bool TryRead(string line)
    {
        if (line == "fleet one-rack")
        {
            _ledger = OneRack.Ledger();
            return true;
        }

        if (line.StartsWith("quality ", StringComparison.Ordinal))
        {
            Quality = Enum.TryParse<SampleQuality>(line[8..].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var quality)
                ? quality : throw new FormatException($"no quality {line[8..]}");
            return true;
        }

        if (line.StartsWith("scope ", StringComparison.Ordinal))
        {
            _scope = line[6..] == "whole" ? PlaceScope.Whole : PlaceScope.Subtrees(line[6..].Split(','));
            return true;
        }

        if (MoveLine().Match(line) is not { Success: true } move || _ledger is null)
        {
            return false;
        }

        var (from, to) = (move.Groups["from"].Value + ":", move.Groups["to"].Value + ":");
        _declared = string.Join('\n', _declared.Split('\n').Where(one => !one.TrimStart().StartsWith(to, StringComparison.Ordinal)))
            .Replace(from, to, StringComparison.Ordinal);
        (_ledger, _) = OneRack.Apply(_ledger, OneRack.Declared(_ => _declared), BeganMs + ScriptEval.Milliseconds(move.Groups["at"].Value));
        return true;
    }

    public ISeriesReader Over(MemorySeriesReader store)
    {
        if (_ledger is null)
        {
            return store;
        }

        var timeline = new TopologyTimeline(_ledger, OneRack.Catalogue);
        return new TopologyReader(store, TopologyReaderTests.Families, () => timeline);
    }

    public async Task<SeriesScope> ScopeAsync(MemorySeriesReader store) => _ledger is null ? SeriesScope.Whole
        : await SeriesScopes.TranslateAsync(
            _scope, new TopologyTimeline(_ledger, OneRack.Catalogue).At(long.MaxValue), store, long.MaxValue, TestContext.Current.CancellationToken);

    [GeneratedRegex(@"^move\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+at\s+(?<at>\S+)$")]
    private static partial Regex MoveLine();
}
