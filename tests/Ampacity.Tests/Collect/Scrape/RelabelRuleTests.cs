using Ampacity.Collect;

namespace Ampacity.Tests.Collect;

/// <summary>Rules as Prometheus carries them out; the cases follow its documentation and model/relabel/relabel_test.go.</summary>
public sealed class RelabelRuleTests
{
    [Theory]
    [InlineData(RelabelAction.Replace, "a", "f(.*)", "d", "ch${1}-ch$1", "a=foo,b=bar,c=baz,d=choo-choo")]
    [InlineData(RelabelAction.Replace, "a,b", "foo;bar", "c", "$0", "a=foo,b=bar,c=foo;bar")]
    [InlineData(RelabelAction.Replace, "a", "nothing", "d", "x", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "c", "", "a=foo,b=bar")]
    [InlineData(RelabelAction.Replace, "a", "(?P<name>fo+)", "${name}_x", "$name$$", "a=foo,b=bar,c=baz,foo_x=foo$")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "no name", "x", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.Replace, "a", "fo", "d", "anchored", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.Keep, "a", "foo|other", "", "", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.Keep, "missing", "x", "", "", null)]
    [InlineData(RelabelAction.Drop, "a,c", "foo;b.z", "", "", null)]
    [InlineData(RelabelAction.Drop, "a", "fo", "", "", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.KeepEqual, "a", ".*", "b", "", null)]
    [InlineData(RelabelAction.DropEqual, "a", ".*", "b", "", "a=foo,b=bar,c=baz")]
    [InlineData(RelabelAction.LabelMap, "", "([ab])", "", "x_$1", "a=foo,b=bar,c=baz,x_a=foo,x_b=bar")]
    [InlineData(RelabelAction.LabelDrop, "", "[ab]", "", "", "c=baz")]
    [InlineData(RelabelAction.LabelKeep, "", "[ab]", "", "", "a=foo,b=bar")]
    [InlineData(RelabelAction.Uppercase, "a", ".*", "d", "", "a=foo,b=bar,c=baz,d=FOO")]
    [InlineData(RelabelAction.HashMod, "c", ".*", "d", "", "a=foo,b=bar,c=baz,d=976")]
    public void A_rule_does_what_it_does_in_Prometheus(RelabelAction action, string sources, string pattern, string target, string replacement, string? expected)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["a"] = "foo", ["b"] = "bar", ["c"] = "baz" };
        var rule = new RelabelRule(action, sources.Split(',', StringSplitOptions.RemoveEmptyEntries), ";", pattern, 1000, target, replacement);
        var kept = RelabelRule.Apply([rule], labels);
        Assert.Equal(expected, kept ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")) : null);
    }

    [Fact]
    public void A_pattern_that_would_backtrack_is_refused() =>
        Assert.Throws<ArgumentException>(() => new RelabelRule(RelabelAction.Keep, ["a"], ";", "(a)\\1", 0, "", ""));
}
