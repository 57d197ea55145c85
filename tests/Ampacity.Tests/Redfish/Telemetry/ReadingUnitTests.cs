using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class ReadingUnitTests
{
    [Theory]
    [InlineData("Temperature", "Cel", "x", Quantity.Temperature, 1, false)]
    [InlineData("Temperature", "C", "x", Quantity.Temperature, 1, false)] // Lenovo
    [InlineData("Temperature", null, "x", Quantity.Temperature, 1, true)] // DGX H100
    [InlineData("Temperature", "", "x", Quantity.Temperature, 1, true)]
    [InlineData(null, "Cel", "x", Quantity.Temperature, 1, false)]
    [InlineData(null, null, "PWR_U.2_NVME", Quantity.Power, 1, true)]
    [InlineData(null, null, "STATUS_PSU0", Quantity.None, 0, false)]
    [InlineData("Current", "Watts", "Sys Power", Quantity.Power, 1, true)] // Lenovo: IPMI keeps watts under the type Current
    [InlineData("Current", "Watts", "x", Quantity.Current, 1, true)]
    [InlineData("AirFlow", "RPM", "Fan 1 Front Tach", Quantity.Rotation, 1, true)]
    [InlineData("Altitude", "Pa", "AltitudePressure_0", Quantity.Pressure, 0.001, true)]
    [InlineData("Altitude", "Pa", "x", Quantity.Length, 1, true)]
    [InlineData("EnergykWh", "kW.h", "x", Quantity.Energy, 3_600_000, false)]
    [InlineData("EnergykWh", null, "x", Quantity.Energy, 3_600_000, true)]
    [InlineData("Heat", "kW", "x", Quantity.Heat, 1_000, false)]
    [InlineData("Humidity", "%", "x", Quantity.Humidity, 0.01, false)]
    [InlineData("Power", "VA", "x", Quantity.Power, 1, true)] // the type says real power; a name could say otherwise, a guess may not
    [InlineData("Nonsense", "furlong", "x", Quantity.None, 0, false)]
    public void Type_unit_and_name_are_weighed(string? type, string? units, string name, Quantity quantity, double factor, bool isInferred)
    {
        var unit = ReadingUnit.Of(type, units, name);
        Assert.Equal(quantity, unit.Quantity);
        Assert.Equal(factor, unit.Factor, 12);
        Assert.Equal(isInferred, unit.IsInferred);
    }

    [Theory]
    [InlineData("PT13H7M11.74S", 47_231.74)]
    [InlineData("PT0S", 0)]
    [InlineData("P2DT1H", 176_400)]
    public void Durations_are_seconds(string text, double seconds)
    {
        var table = new MetricPropertyTable();
        var readings = new MetricReadings();
        MetricReportParser.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"MetricValues":[{"MetricProperty":"/a","MetricValue":"{{text}}"}]}"""), table, readings);
        Assert.Equal(seconds, readings.Values[0], 6);
    }

    [Theory]
    [InlineData("P1Y")]
    [InlineData("PT")]
    [InlineData("P")]
    [InlineData("PT5X")]
    [InlineData("PT1S5")]
    public void What_is_no_duration_of_a_fixed_length_is_text(string text)
    {
        var table = new MetricPropertyTable();
        var readings = new MetricReadings();
        MetricReportParser.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"MetricValues":[{"MetricProperty":"/a","MetricValue":"{{text}}"}]}"""), table, readings);
        Assert.Equal(ReadingMarks.NotANumber, readings.Flags[0]);
    }
}
