using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb.Tiers;

public sealed class TierCoverTests
{
    [Fact]
    public void Where_two_tiers_meet_the_one_that_was_made_of_more_answers_alone()
    {
        var cover = TierCover.Of([new BlockName(0, 99, 3), new BlockName(40, 59, 7), new BlockName(90, 119, 5), new BlockName(45, 50, 6)]);
        Assert.Equal([new(0, 39, 0), new(40, 59, 1), new(60, 89, 0), new TierStretch(90, 119, 2)], cover);
        Assert.Equal(1, TierCover.At(cover, 45)?.Index);
        Assert.Null(TierCover.At(cover, 120));
    }

    [Fact]
    public void Gaps_are_what_nobody_answers_for()
    {
        var cover = TierCover.Of([new BlockName(10, 19, 1), new BlockName(30, 39, 2)]);
        Assert.Equal([(0, 9), (20, 29), (40, 50)], TierCover.Gaps(cover, 0, 50));
        Assert.Equal([(20, 25)], TierCover.Gaps(cover, 15, 25));
        Assert.Empty(TierCover.Gaps(cover, 32, 39));
        Assert.Empty(TierCover.Gaps(cover, 5, 4));
    }
}
