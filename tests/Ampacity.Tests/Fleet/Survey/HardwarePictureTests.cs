using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class HardwarePictureTests
{
    private static readonly DateTimeOffset Began = DateTimeOffset.FromUnixTimeMilliseconds(OneRack.BeganMs);

    private static SurveyedBmc Bmc(string address, string? mac) => new(address, mac, null, null, null, null, "test", null, null, null, [], [], []);

    private static Survey Look(int minute, IEnumerable<SurveyedBmc> bmcs, params (string Address, SurveyErrorKind Kind)[] errors) => new(
        "test", Began.AddMinutes(minute), Began.AddMinutes(minute), 0, [.. bmcs],
        [.. errors.Select(error => new SurveyError(error.Address, error.Kind, "", ""))]);

    private static IEnumerable<string> Known(bool keepSilent, params Survey[] surveys) =>
        HardwarePicture.Lay(surveys, keepSilent).Bmcs.Select(bmc => $"{bmc.Address} {bmc.Mac}").Order();

    [Fact]
    public void A_sweep_of_one_address_leaves_the_others_known()
    {
        var all = Look(0, [Bmc("a", "1"), Bmc("b", "2"), Bmc("c", "3")]);
        Assert.Equal(["a 1", "b 2", "c 3"], Known(false, all, Look(1, [Bmc("b", "2")])));
        Assert.Equal(["a 1", "b 2", "c 3"], Known(true, all, Look(1, [], ("elsewhere", SurveyErrorKind.NobodyThere))));
    }

    [Fact]
    public void A_bmc_that_fell_silent_is_still_read_but_no_longer_seen()
    {
        var all = Look(0, [Bmc("a", "1"), Bmc("b", "2")]);
        var later = Look(1, [Bmc("a", "1")], ("b", SurveyErrorKind.Refused));
        Assert.Equal(["a 1", "b 2"], Known(true, all, later));
        Assert.Equal(["a 1"], Known(false, all, later));
        Assert.Equal(SurveyErrorKind.Refused, Assert.Single(HardwarePicture.Lay([all, later], false).Errors).Kind);
    }

    [Fact]
    public void A_look_with_a_wrong_password_takes_no_identity_away_from_what_is_read()
    {
        var all = Look(0, [Bmc("a", "1")]);
        var refused = Look(1, [Bmc("a", null)], ("a", SurveyErrorKind.Unauthorized));
        Assert.Equal(["a 1"], Known(true, all, refused));
        Assert.Equal(["a "], Known(false, all, refused));
    }

    [Fact]
    public void A_bmc_at_a_new_address_has_left_its_old_one_and_twins_of_one_look_stay_twins()
    {
        var all = Look(0, [Bmc("a", "1"), Bmc("b", "2")]);
        Assert.Equal(["b 2", "c 1"], Known(true, all, Look(1, [Bmc("c", "1")])));
        Assert.Equal(["a 1", "b 2", "c 1"], Known(true, all, Look(1, [Bmc("a", "1"), Bmc("c", "1")])));
    }

    [Fact]
    public void An_address_that_another_bmc_took_is_that_ones()
    {
        var all = Look(0, [Bmc("a", "1")]);
        Assert.Equal(["a 9"], Known(true, all, Look(1, [Bmc("a", "9")])));
    }
}
