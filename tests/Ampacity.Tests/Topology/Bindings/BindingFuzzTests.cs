using System.Text;
using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>Rules and templates against labels that somebody else wrote: of any length, in any script, with slashes, dollars, colons and controls in them.</summary>
public sealed class BindingFuzzTests
{
    private static readonly string[] Names = ["job", "instance", "Hostname", "gpu", "component", "uuid", "rack", "é", "__name__"];

    private static readonly string[] Values =
    [
        "dcgm", "node", "node-05", "0", "1", "gpu0", "gpu9/dram", "r01/01/05", "r01", "01", "05", "..", ".", "/", "//", "$gpu", "$", ":", "host:node-05", "slot:05", "",
        "EXAMPLE-CT-0001", "02:00:00:01:01:05", "NA", "00000000", "ＲＡＣＫ", "r01\u0000", "\u202e10r", "😀", "İ", "a\nb", "*", "(", "{}", "'; drop", new string('x', 4096), new string('é', 2000),
    ];

    private static readonly Gen<string> Value = Gen.Frequency((6, Of(Values)), (1, Gen.String[0, 40]), (1, Gen.String[Gen.Char, 0, 300]));

    private static readonly Gen<string> Name = Of(Names);

    private static readonly Gen<LabelSet> Labels = Gen.Select(Name, Value).Array[0, 7].Select(pairs =>
    {
        var labels = new LabelSetBuilder();
        foreach (var (name, value) in pairs.DistinctBy(pair => pair.Item1))
        {
            // A lone surrogate is no UTF-8: receivers never let one in.
            labels.Add(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)));
        }

        return labels.Build();
    });

    private static readonly Gen<string> Condition = Gen.Select(Of(Names[..^2]), Of("=", "!=", "=~", "!~"), Of(
        "dcgm", "node", "", "node-05", "0", "gpu.*", "n.*|d.*", ".+", ".*", "[0-9]+", "(a|b)*c", "\\\\d+", "😀", "é")).Select((name, sign, value) => $"{name}{sign}\"{value}\"");

    private static readonly Gen<string> Template = Gen.Frequency(
        (3, Of("host:$Hostname", "host:$Hostname/socket:$gpu", "r01/01/05/$gpu", "$instance", "serial:$uuid", "mac:$instance/$gpu", "$rack/$gpu/$gpu", "/", "//$gpu//", "$", "$$", "slot:$gpu", "a:b:c", "uuid:")),
        (1, Gen.String[1, 60]));

    private static readonly Gen<BindingRuleFact> Rule = Gen.Select(
        Condition.Array[1, 4], Of<IdentifierKind?>(null, IdentifierKind.Hostname, IdentifierKind.Serial, IdentifierKind.Mac, IdentifierKind.Uuid), Of(Names[..^2]), Template, Gen.Int[-3, 3],
        (conditions, by, from, template, band) => new BindingRuleFact(band, $"{{{string.Join(',', conditions)}}}", by, by is null ? null : from, by is not null && band == 0 ? null : template));

    private static readonly FactLedger Began = OneRack.Apply(
        FactLedger.Empty, OneRack.Declared(text => text[..text.IndexOf("bindings:", StringComparison.Ordinal)].Replace("serial: EXAMPLE-CT-0001,", "serial: EXAMPLE-CT-0001, hostname: node-05,")),
        OneRack.BeganMs).Ledger;

    private static readonly int Hall = FleetGraphBuilder.Build(Began, OneRack.BeganMs, OneRack.Catalogue).Within(PlaceScope.Whole).TryFind("site/hall", out var key)
        ? key.Node : throw new InvalidOperationException("no hall");

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static FleetGraph With(IReadOnlyList<BindingRuleFact> rules)
    {
        var ledger = Began;
        var record = new FactBatch();
        for (var i = 0; i < rules.Count; i++)
        {
            var rank = rules[i].Rank < 0 ? -1 - i : rules[i].Rank < 2 ? i : BindingRank.FirstFallback + i;
            record.Add(Subject.Node(Hall), rules[i] with { Rank = rank }, rank.ToString(System.Globalization.CultureInfo.InvariantCulture), Validity.Since(OneRack.BeganMs), "");
        }

        ledger = ledger.Table.Append(new ChangeDraft(ledger.Revision, "fuzz", "", [], record, ledger.NextNode, ledger.NextAsset), new ChangeSetId(ledger.Revision.Number + 1));
        return FleetGraphBuilder.Build(ledger, OneRack.BeganMs, OneRack.Catalogue);
    }

    [Fact]
    public void The_first_rule_that_matches_decides_however_rules_are_looked_up() => Gen.Select(Rule.Array[0, 12], Labels.Array[1, 20]).Sample((rules, series) =>
    {
        var graph = With(rules);
        var binder = new SeriesBinder(graph);
        var parsed = graph.BindingRules.Select(rule => SelectorText.Parse(rule.Rule.Match)).ToArray();
        foreach (var labels in series)
        {
            var first = Array.FindIndex(parsed, matchers => matchers.All(matcher => matcher.Matches(labels[matcher.Name])));
            Assert.Equal(first, binder.RuleOf(labels));
        }
    }, iter: 60, threads: 1);

    [Fact]
    public void A_rule_gives_a_place_that_is_there_or_none_and_says_why() => Gen.Select(Rule.Array[1, 6], Labels.Array[1, 20]).Sample((rules, series) =>
    {
        var graph = With(rules);
        var snapshot = new TopologySnapshot(graph);
        foreach (var labels in series)
        {
            var bound = snapshot.Binder.Bind(labels);
            var explained = BindingExplanation.Of(snapshot, labels);
            Assert.Equal(bound, explained.Place);
            Assert.Equal(bound is null, explained.Why.Length > 0);
            var joined = snapshot.Join(labels, null, null);
            if (bound is { } place)
            {
                Assert.StartsWith("site/hall", graph.PathOf(place.Place), StringComparison.Ordinal);
                Assert.All(explained.Renamed, name => Assert.Equal(labels[name], joined.Labels["exported_" + name]));
                Assert.All(explained.Added, label => Assert.Equal(label.Value, joined.Labels[label.Name]));
            }
            else
            {
                Assert.Equal(labels, joined.Labels);
            }
        }
    }, iter: 60, threads: 1);

    [Fact]
    public void Names_of_rules_are_read_as_they_are_written() => Gen.Int[-BindingRank.FirstFallback, 2 * BindingRank.FirstFallback - 1].Sample(rank =>
        BindingRank.TryParse(BindingRank.NameOf(rank), out var read) && read == rank);
}
