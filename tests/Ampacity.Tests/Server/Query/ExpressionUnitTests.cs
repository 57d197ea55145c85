using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>Which unit an expression is in, by the names in it.</summary>
public sealed class ExpressionUnitTests
{
    [Theory]
    [InlineData("hw_power_watts", "W")]
    [InlineData("sum by (rack) (hw_power_watts{hall=\"h1\"})", "W")]
    [InlineData("topk(3, avg_over_time(hw_temperature_celsius[5m]))", "°C")]
    [InlineData("rate(hw_energy_joules_total[1m])", "W")]
    [InlineData("increase(hw_energy_joules_total[1h])", "J")]
    [InlineData("sum(rate(node_network_receive_bytes_total[1m]))", "B/s")]
    [InlineData("rate(node_cpu_seconds_total[1m])", "ratio")]
    [InlineData("-hw_power_watts + 100", "W")]
    [InlineData("100 - hw_power_watts", "W")]
    [InlineData("hw_power_watts - on (rack) other_watts", "W")]
    [InlineData("hw_power_watts / on (rack) limit_watts", "ratio")]
    [InlineData("hw_power_watts > 500", "W")]
    [InlineData("hw_power_watts and on (rack) up", "W")]
    [InlineData("(max_over_time(sum(hw_power_watts)[1h:1m]))", "W")]
    [InlineData("quantile(0.9, hw_power_watts)", "W")]
    public void The_names_of_metrics_say_it(string expression, string unit) => Assert.Equal(unit, ExpressionUnit.Of(expression));

    [Theory]
    [InlineData("count by (rack) (hw_power_watts)")]
    [InlineData("hw_power_watts * 2")]
    [InlineData("hw_power_watts / 1000")]
    [InlineData("hw_power_watts + hw_temperature_celsius")]
    [InlineData("hw_power_watts > bool 5")]
    [InlineData("changes(hw_power_watts[1h])")]
    [InlineData("DCGM_FI_DEV_POWER_USAGE")]
    [InlineData("{job=\"dcgm\"}")]
    [InlineData("1 + 1")]
    [InlineData("sum by (rack (")]
    [InlineData("")]
    public void Where_they_do_not_nothing_is_said(string expression) => Assert.Null(ExpressionUnit.Of(expression));

    [Theory]
    [InlineData("W", 132_000, 1000, "kW")]
    [InlineData("W", 999, 1, "W")]
    [InlineData("W", 10e9, 1e9, "GW")]
    [InlineData("J", 7.2e9, 3.6e9, "MWh")]
    [InlineData("J", 100, 1, "J")]
    [InlineData("B", 2048, 1024, "KiB")]
    [InlineData("°C", 64_000, 1, "°C")]
    [InlineData("ratio", 0.5, 1, "")]
    [InlineData(null, 5e6, 1e6, "M")]
    public void Numbers_are_short_in_the_unit_that_an_axis_takes(string? unit, double largest, double divisor, string shown) =>
        Assert.Equal(new UnitScale(divisor, shown), UnitScale.For(unit, largest));
}
