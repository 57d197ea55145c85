using System.Text;
using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Tests;

/// <summary>How many rules a fleet may have, and what is said of one that finds no place.</summary>
public sealed class BindingLimitsTests
{
    private const long ThenMs = OneRack.BeganMs + 1000;

    [Fact]
    public void One_rule_more_than_a_fleet_may_have_is_refused_and_says_what_to_do()
    {
        var rules = new StringBuilder(OneRack.FileText.TrimEnd()).Append('\n');
        for (var rule = 1; rule < BindingRank.RulesMax - 1; rule++)
        {
            rules.Append("  - {match: '{instance=\"").Append(rule).Append("\"}', place: 'r01/01'}\n");
        }

        var ledger = OneRack.Apply(FactLedger.Empty, OneRack.Declared(_ => rules.ToString()), OneRack.BeganMs).Ledger;
        var last = Bind(ledger, "last");
        Assert.Empty(last.Errors);
        var full = ledger.Table.Append(last.Draft, new ChangeSetId(ledger.Revision.Number + 1));
        Assert.Equal(BindingRank.RulesMax, Graph(full).BindingRules.Count());

        var error = Assert.Single(Bind(full, "one too many").Errors);
        Assert.Equal("too-many-rules", error.Rule);
        Assert.Contains("write one rule with $label", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stranger", "no asset with the hostname stranger has a place")]
    [InlineData("", "a label of host:$Hostname is absent or holds a slash")]
    public void A_rule_whose_place_begins_at_its_asset_says_once_that_there_is_none(string host, string why)
    {
        var snapshot = new TopologySnapshot(OneRack.Graph());
        var labels = LabelSet.Of(("__name__", "x"), ("job", "dcgm"), ("gpu", "0"), ("Hostname", host));
        Assert.Equal(why, BindingExplanation.Of(snapshot, labels).Why);
    }

    [Fact]
    public void A_rule_with_an_asset_and_another_place_says_both()
    {
        var declared = OneRack.Declared(text => text.Replace("host:$Hostname/socket:$gpu", "r01/01/$slot", StringComparison.Ordinal));
        var graph = Graph(OneRack.Apply(FactLedger.Empty, declared, OneRack.BeganMs).Ledger);
        var labels = LabelSet.Of(("__name__", "x"), ("job", "dcgm"), ("slot", "99"), ("Hostname", "stranger"));
        Assert.Equal(
            "no asset with the hostname stranger (label Hostname) has a place, and there is no site/hall/r01/01/99",
            BindingExplanation.Of(new TopologySnapshot(graph), labels).Why);
    }

    private static ChangePlan Bind(FactLedger ledger, string instance) => EditPlanner.Plan(
        ledger, _ => Graph(ledger), OneRack.Catalogue, [new FleetEdit.Bind("site/hall/r01/01/05", $"{{instance=\"{instance}\"}}", null)], "test", "", ThenMs);

    private static FleetGraph Graph(FactLedger ledger) => FleetGraphBuilder.Build(ledger, ThenMs, OneRack.Catalogue);
}
