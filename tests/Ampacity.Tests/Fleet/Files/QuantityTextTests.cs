using Ampacity.Fleet;
using Ampacity.Units;

namespace Ampacity.Tests.Fleet.Files;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData("132 kW", 132_000)]
    [InlineData("132kW", 132_000)]
    [InlineData("3 MW", 3_000_000)]
    [InlineData("5.5 kW", 5_500)]
    [InlineData("0 W", 0)]
    public void Real_power_is_read_in_any_of_its_units(string text, double watts)
    {
        Assert.True(QuantityText.TryWatts(text, out var value, out _));
        Assert.Equal(watts, value.Value);
    }

    [Theory]
    [InlineData("132", "has no unit; write one of W, kW, MW, GW behind it, such as 132 kW")]
    [InlineData("2 MVA", "is in no unit that fits here; write it in W, kW, MW, GW")]
    [InlineData("3 mW", "is in no unit that fits here")]
    [InlineData("3  MW", "is in no unit that fits here")]
    [InlineData("3,5 MW", "is in no unit that fits here")]
    [InlineData("-3 MW", "does not begin with a number")]
    [InlineData("MW", "does not begin with a number")]
    [InlineData("", "does not begin with a number")]
    [InlineData("1e3 W", "is in no unit that fits here")]
    [InlineData("1.2.3 W", "does not begin with a number")]
    [InlineData("9999999999999999999999999999999999999 W", "does not begin with a number")]
    public void What_is_no_power_is_refused_with_what_to_write(string text, string hint)
    {
        Assert.False(QuantityText.TryWatts(text, out _, out var said));
        Assert.Contains(hint, said);
    }

    [Fact]
    public void Other_quantities_are_read_in_their_units()
    {
        Assert.True(QuantityText.TryMeters("600 mm", out var pitch, out _));
        Assert.Equal(new Meters(0.6), pitch);
        Assert.True(QuantityText.TryKelvins("5 K", out var approach, out _));
        Assert.Equal(new Kelvins(5), approach);
        Assert.True(QuantityText.TryLitersPerMinute("1.35 L/min", out var flow, out _));
        Assert.Equal(new LitersPerMinute(1.35), flow);
        Assert.True(QuantityText.TryVoltAmperes("2 MVA", out var apparent, out _));
        Assert.Equal(new VoltAmperes(2e6), apparent);
        Assert.True(QuantityText.TryRatio("110%", out var ratio, out _));
        Assert.Equal(new Ratio(1.1), ratio);
        Assert.True(QuantityText.TryDuration("10 min", out var minutes, out _));
        Assert.Equal(TimeSpan.FromSeconds(600), minutes);
        Assert.True(QuantityText.TryDuration("600 s", out var seconds, out _));
        Assert.Equal(minutes, seconds);
        Assert.False(QuantityText.TryDuration("99999999 h", out _, out var hint));
        Assert.Contains("over 10,000 h", hint);
        Assert.True(QuantityText.TryCoolingCapacity("2 MW at 5 K", out var heat, out var at, out _));
        Assert.Equal((2e6, 5), (heat.Value, at.Value));
        Assert.False(QuantityText.TryCoolingCapacity("2 MW", out _, out _, out hint));
        Assert.Contains("such as 2 MW at 5 K", hint);
    }

    [Fact]
    public void The_unit_of_a_rating_says_which_kind_it_is()
    {
        Assert.Equal(new PowerRating.Real(new(3e6)), Rating("3 MW"));
        Assert.Equal(new PowerRating.ApparentPower(new(2e6)), Rating("2 MVA"));
        Assert.Equal(new PowerRating.CurrentAtVoltage(new(new(1600), new(415))), Rating("1600 A at 415 V"));
        Assert.Null(Rating("0 MW"));
        Assert.Null(Rating("1600 A"));
        Assert.Null(Rating("1600 A at 415"));
        Assert.Null(Rating("3"));
        Assert.False(QuantityText.TryPowerRating("3", out _, out var hint));
        Assert.Contains("3 MW, apparent power such as 2 MVA, or a current such as 1600 A at 415 V", hint);
    }

    // Vectors of three-phase power at power factor 0.98 as the trade's tables print them, to four digits, kW.
    [Theory]
    [InlineData("60 A at 415 V", 0.8, 33.81)]
    [InlineData("100 A at 415 V", 0.8, 56.35)]
    [InlineData("400 A at 480 V", 0.8, 260.7)]
    [InlineData("1600 A at 415 V", 0.8, 901.7)]
    [InlineData("2 MVA", 1.0, 1960)]
    [InlineData("3 MW", 0.8, 2400)]
    public void Usable_watts_take_the_power_factor_only_where_the_rating_is_apparent(string rating, double continuous, double kilowatts)
    {
        Assert.Equal(kilowatts, Rating(rating)!.UsableWatts(0.98, continuous).Value / 1000, 0.05);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1.1)]
    public void A_factor_out_of_range_is_our_callers_mistake(double powerFactor, double continuous)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Rating("3 MW")!.UsableWatts(powerFactor, continuous));
    }

    private static PowerRating? Rating(string text) => QuantityText.TryPowerRating(text, out var rating, out _) ? rating : null;
}
