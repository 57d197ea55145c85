using Ampacity.Samples;
using CsCheck;

namespace Ampacity.Tests.Samples;

public sealed class LabelSetTests
{
    [Fact]
    public void Labels_given_in_any_order_are_one_identity()
    {
        var one = LabelSet.Of(("b", "2"), ("__name__", "up"), ("a", "1"));
        var other = LabelSet.Of(("__name__", "up"), ("a", "1"), ("b", "2"), ("c", ""));
        Assert.Equal(one, other);
        Assert.Equal("up{a=\"1\",b=\"2\"}", one.ToString());
        Assert.Equal("", one["c"]);
    }

    [Fact]
    public void A_name_given_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => LabelSet.Of(("a", "1"), ("a", "2")));

    [Fact]
    public void Moving_a_byte_between_two_labels_never_merges_them() =>
        Assert.NotEqual(LabelSet.Of(("a", "bc")), LabelSet.Of(("ab", "c")));

    [Fact]
    public void Canonical_bytes_round_trip_and_are_recognised()
    {
        var text = Gen.String[Gen.Char['a', 'f'], 1, 4];
        Gen.Select(text, text).Array[0, 8].Sample(pairs =>
        {
            var set = LabelSet.Of(pairs.DistinctBy(pair => pair.Item1).Select(pair => (pair.Item1, pair.Item2)).ToArray());
            Assert.True(LabelSetBuilder.IsCanonical(set.Canonical));
            Assert.Equal(set, LabelSet.FromCanonical(set.Canonical));
        });
    }

    [Fact]
    public void Bytes_that_are_cut_or_unsorted_are_not_canonical()
    {
        var whole = LabelSet.Of(("a", "1"), ("b", "2")).Canonical.ToArray();
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Equal(length == whole.Length / 2, LabelSetBuilder.IsCanonical(whole.AsSpan(0, length)));
        }

        var swapped = whole[6..].Concat(whole[..6]).ToArray();
        Assert.False(LabelSetBuilder.IsCanonical(swapped));
    }

    [Fact]
    public void A_pattern_is_anchored_and_linear()
    {
        var matcher = new Matcher("host", MatchKind.Regex, "node-.*");
        Assert.True(matcher.Matches("node-1"));
        Assert.False(matcher.Matches("a-node-1"));
        Assert.False(matcher.MatchesEmpty);
        Assert.Throws<ArgumentException>(() => new Matcher("host", MatchKind.Regex, "(a)\\1"));
    }
}
