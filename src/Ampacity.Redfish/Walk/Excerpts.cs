namespace Ampacity.Redfish;

/// <summary>
/// Readings that stand inside other resources: excerpts of sensors (<c>{DataSourceUri, Reading}</c>), plain numbers of old schemas. Each is
/// known by its sensor's path where it names one, so that it is not read twice.
/// </summary>
internal static class Excerpts
{
    // Names by DMTF's schemas 2025.4: EnvironmentMetrics, PowerSupplyMetrics, PowerDistributionMetrics, Circuit, Outlet, Fan, Pump,
    // CoolantConnector, Reservoir. Voltages and currents only where a supply or a circuit has them.
    private static readonly (string Name, PlanClass Class)[] Known =
    [
        ("PowerWatts", PlanClass.Power), ("EnergykWh", PlanClass.Power), ("EnergyJoules", PlanClass.Power),
        ("InputPowerWatts", PlanClass.Power), ("OutputPowerWatts", PlanClass.Power), ("PowerLoadPercent", PlanClass.Power),
        ("InputVoltage", PlanClass.Power), ("InputCurrentAmps", PlanClass.Power), ("Voltage", PlanClass.Power),
        ("CurrentAmps", PlanClass.Power), ("TemperatureCelsius", PlanClass.Sensors), ("HumidityPercent", PlanClass.Sensors),
        ("SpeedPercent", PlanClass.Sensors), ("PumpSpeedPercent", PlanClass.Sensors), ("FlowLitersPerMinute", PlanClass.Sensors),
        ("SupplyTemperatureCelsius", PlanClass.Sensors), ("ReturnTemperatureCelsius", PlanClass.Sensors),
        ("SupplyPressurekPa", PlanClass.Sensors), ("ReturnPressurekPa", PlanClass.Sensors), ("DeltaPressurekPa", PlanClass.Sensors),
        ("HeatRemovedkW", PlanClass.Sensors), ("FluidLevelPercent", PlanClass.Sensors),
    ];

    /// <summary>Excerpts with a reading.</summary>
    public static List<PlanValue> In(ResourceReader body, WalkedHardware found)
    {
        var values = new List<PlanValue>();
        foreach (var (name, kind) in Known)
        {
            if (!body.Has(name))
            {
                continue;
            }

            var isExcerpt = ResourceReader.TryPointer(body.Body, name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.Object;
            if (isExcerpt && !body.Has($"{name}/Reading"))
            {
                continue; // null: not there now; a re-plan finds it when it is
            }

            var source = isExcerpt && body.Has($"{name}/DataSourceUri") ? body.Text($"{name}/DataSourceUri") : null;
            if (source is not null)
            {
                found.AddNamed(SensorWalk.KeyOf(source));
            }

            values.Add(new PlanValue(source is { Length: > 0 } ? SensorWalk.KeyOf(source) : $"{body.Uri}#/{name}", kind));
        }

        return values;
    }

    /// <summary>Readings of the old <c>Power</c> and <c>Thermal</c>.</summary>
    public static List<PlanValue> InLegacy(ResourceReader body)
    {
        var values = new List<PlanValue>();
        void Take(string array, PlanClass kind, params ReadOnlySpan<string> names)
        {
            var entries = body.Has(array) ? body.Objects(array, 256) : [];
            for (var index = 0; index < entries.Count; index++)
            {
                if (entries[index].Text("Status/State") is "Absent")
                {
                    continue;
                }

                foreach (var name in names)
                {
                    if (entries[index].Has(name))
                    {
                        values.Add(new PlanValue($"{body.Uri}#/{array}/{index}/{name}", kind));
                    }
                }
            }
        }

        Take("PowerControl", PlanClass.Power, "PowerConsumedWatts");
        Take("PowerSupplies", PlanClass.Power, "LastPowerOutputWatts", "PowerInputWatts", "PowerOutputWatts");
        Take("Temperatures", PlanClass.Sensors, "ReadingCelsius");
        Take("Fans", PlanClass.Sensors, "Reading");
        return values;
    }
}
