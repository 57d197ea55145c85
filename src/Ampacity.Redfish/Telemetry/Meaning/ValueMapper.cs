namespace Ampacity.Redfish;

/// <summary>
/// Says what the values of a property mean: first as the profile says, then by the resource that shows it, then by the sensor's own words.
/// What nothing is known of is refused with the reason; nothing is guessed without the mark <see cref="ValueTraits.Inferred"/>.
/// </summary>
/// <remarks>Immutable, any thread; asked once for each property.</remarks>
public sealed class ValueMapper
{
    private readonly PlatformProfile _profile;
    private readonly ComponentNames _names;
    private readonly UriPattern[] _leftOut;

    /// <param name="profile">What is known of the platform.</param>
    /// <param name="components">Path of a resource → its name, as a survey found it.</param>
    public ValueMapper(PlatformProfile profile, IReadOnlyCollection<(string Path, string Name)> components)
    {
        _profile = profile;
        _names = new ComponentNames(profile, components);
        _leftOut = [.. profile.LeftOut.Select(one => new UriPattern(one.Pattern))];
    }

    /// <summary>What a property means.</summary>
    /// <param name="property">From <see cref="MetricPropertyTable.NameOf"/>.</param>
    /// <param name="facts">From <see cref="MetricPropertyTable.FactsOf"/>, or null.</param>
    public ValueMeaning Map(string property, PropertyFacts? facts)
    {
        if (_profile.Map(property) is var (rule, component))
        {
            var traits = (rule.Kind == MetricKind.Counter ? ValueTraits.Counter : ValueTraits.None) | (rule.Inferred ? ValueTraits.Inferred : ValueTraits.None);
            return new ValueMeaning(rule.Name, component, rule.Factor, traits, RefusalReason.None);
        }

        if (_leftOut.Any(pattern => pattern.Apply(property, "") is not null))
        {
            return ValueMeaning.Refused(RefusalReason.LeftOut);
        }

        if (property.StartsWith("id:", StringComparison.Ordinal))
        {
            return MetricIdRules.Map(property["id:".Length..]);
        }

        var hash = property.IndexOf('#', StringComparison.Ordinal);
        var path = hash < 0 ? property : property[..hash];
        var member = hash < 0 ? "" : property[(hash + 1)..];
        if (path.Contains("/SubProcessors/", StringComparison.Ordinal))
        {
            return ValueMeaning.Refused(RefusalReason.Repeated);
        }

        var isSensor = path.Contains("/Sensors/", StringComparison.Ordinal) || facts is { HasSensor: true };
        if (facts is { Path.Length: > 0 })
        {
            return ByMember(facts.Kind, facts.Path, facts.Member, isSensor ? path : null, member, facts) ?? (isSensor ? BySensor(path, member, facts, null) : Unknown(facts.Kind));
        }

        if (isSensor)
        {
            return BySensor(path, member, facts, null);
        }

        var at = member.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            return MetricIdRules.Map(member[(at + 1)..]);
        }

        var kind = ResourceKinds.OfPath(path);
        return ByMember(kind, path, member, null, member, facts) ?? Unknown(kind);
    }

    private static ValueMeaning Unknown(ResourceKind kind) => ValueMeaning.Refused(kind switch
    {
        ResourceKind.Other => RefusalReason.NoUnit,
        // What describes a part rather than measures it.
        ResourceKind.Processor or ResourceKind.Memory or ResourceKind.Port or ResourceKind.PowerSupply or ResourceKind.Battery or ResourceKind.CoolingUnit
            or ResourceKind.CoolingLoop or ResourceKind.Control or ResourceKind.Fan or ResourceKind.Pump or ResourceKind.Filter or ResourceKind.Reservoir
            or ResourceKind.Circuit or ResourceKind.Outlet or ResourceKind.LeakDetector => RefusalReason.Setting,
        _ => RefusalReason.NoFamily,
    });

    // Null where no rule is for the member.
    private ValueMeaning? ByMember(ResourceKind kind, string path, string member, string? sensor, string rest, PropertyFacts? facts)
    {
        if (MemberRules.Find(kind, member) is not var (rule, star))
        {
            return null;
        }

        if (rule.Refusal != RefusalReason.None)
        {
            return ValueMeaning.Refused(rule.Refusal);
        }

        if (path.Contains("/SubProcessors/", StringComparison.Ordinal))
        {
            return ValueMeaning.Refused(RefusalReason.Repeated);
        }

        if (rule.Sensor is { } type)
        {
            // A list of sensors of a chassis says no more than the type of each; an entry without a sensor has its own name.
            var entry = facts ?? new PropertyFacts();
            var typed = entry with { ReadingType = entry.ReadingType ?? (type.Length == 0 ? null : type) };
            return BySensor(
                sensor ?? $"{path}/Sensors/{entry.Name ?? star}", sensor is not null ? rest : rule.Member.EndsWith("/SpeedRPM", StringComparison.Ordinal) ? "/SpeedRPM" : "", typed, path);
        }

        // What an excerpt shows may be another thing than it says: GB200 gives the margin to the limit as a CPU's temperature.
        var id = sensor?[(sensor.LastIndexOf('/') + 1)..];
        if (id is not null && rule.Family == "hw_temperature_celsius" && SensorWords.IsMargin(id))
        {
            return BySensor(sensor!, rest, (facts ?? new PropertyFacts()) with { ReadingType = "Temperature" }, path);
        }

        var (owner, isKnown) = _names.Of(path);
        var part = rule.Part?.Replace("*", star, StringComparison.Ordinal);
        var component = part is null ? owner : owner.Length == 0 ? part : $"{owner}/{part}";
        var inferred = facts is { HasSensor: true } && ReadingUnit.Of(facts.ReadingType, facts.ReadingUnits, id ?? "").IsInferred && sensor is not null && facts.ReadingUnits is not null;
        var traits = rule.Traits | (inferred ? ValueTraits.Inferred : ValueTraits.None);
        var family = rule.Family switch
        {
            MemberRules.PowerByOwner => FamilyOfOwner(path, isKnown, id, "hw_power_watts", "hw_sensor_power_watts"),
            MemberRules.EnergyByOwner => FamilyOfOwner(path, isKnown, id, "hw_energy_joules_total", "hw_sensor_energy_joules_total"),
            MemberRules.HostPower => star == "0" ? "hw_host_power_watts" : "hw_sensor_power_watts",
            MemberRules.OlderFan => facts?.ReadingUnits is "Percent" or "%" ? "hw_fan_speed_ratio" : "hw_fan_speed_rpm",
            MemberRules.ControlSetPoint => facts?.ReadingUnits is "W" or "Watts" || path.Contains("Power", StringComparison.Ordinal) ? "hw_power_limit_watts" : "",
            var named => Placed(named, path, owner),
        };
        if (family.Length == 0)
        {
            return ValueMeaning.Refused(RefusalReason.Setting);
        }

        // The sensor says that it measures another thing than the excerpt is for (revolutions shown as a percentage by a DGX H100).
        if (sensor is not null && facts?.ReadingType is { } stated && ReadingUnit.Of(stated, null, "").Quantity is not Quantity.None and var measured
            && QuantityOf(family) is not Quantity.None and var wanted && measured != wanted)
        {
            return BySensor(sensor, rest, facts, path);
        }

        if (rule.Family == MemberRules.OlderFan && facts?.ReadingUnits is null)
        {
            traits |= ValueTraits.Inferred;
        }

        if (rule.Family == MemberRules.HostPower && star != "0")
        {
            component = $"{owner}/control{star}";
        }

        if (family == "hw_sensor_power_watts" && id is not null && rule.Family == MemberRules.PowerByOwner)
        {
            return BySensor(sensor!, rest, (facts ?? new PropertyFacts()) with { ReadingType = facts?.ReadingType ?? "Power" }, path);
        }

        return new ValueMeaning(family, component, family == "hw_fan_speed_ratio" && rule.Family == MemberRules.OlderFan ? 0.01 : rule.Factor, traits, RefusalReason.None)
        {
            Labels = LabelsOf(rule, family),
        };
    }

    // The power of a processor or accelerator as a whole is its family's; what a part of it, a board or a chassis takes stands beside.
    private static string FamilyOfOwner(string path, bool isKnown, string? sensorId, string whole, string beside)
    {
        var isPart = sensorId is not null && (sensorId.Contains("Vreg", StringComparison.OrdinalIgnoreCase) || sensorId.Contains("DRAM", StringComparison.OrdinalIgnoreCase)
            || sensorId.Contains("Soc", StringComparison.Ordinal) || sensorId.Contains("Module", StringComparison.Ordinal) && !sensorId.Contains("_CPU_", StringComparison.Ordinal));
        return !isPart && path.Contains("/Processors/", StringComparison.Ordinal) && (isKnown || !path.Contains("/Memory/", StringComparison.Ordinal)) ? whole : beside;
    }

    private static Quantity QuantityOf(string family) => family switch
    {
        _ when family.EndsWith("_watts", StringComparison.Ordinal) => family == "hw_coolant_heat_watts" ? Quantity.None : Quantity.Power,
        _ when family.EndsWith("_celsius", StringComparison.Ordinal) => Quantity.Temperature,
        _ when family.EndsWith("_volts", StringComparison.Ordinal) => Quantity.Voltage,
        _ when family.EndsWith("_current_amperes", StringComparison.Ordinal) => Quantity.Current,
        _ when family.EndsWith("_joules_total", StringComparison.Ordinal) => Quantity.Energy,
        _ when family.EndsWith("speed_ratio", StringComparison.Ordinal) => Quantity.Ratio,
        _ => Quantity.None,
    };

    private static bool IsAccelerator(string path, string owner)
    {
        const string Processors = "/Processors/";
        var at = path.IndexOf(Processors, StringComparison.Ordinal);
        var id = at < 0 ? "" : path[(at + Processors.Length)..].Split('/')[0];
        return Array.Exists(AcceleratorWords, word => id.StartsWith(word, StringComparison.OrdinalIgnoreCase) || owner.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    private static readonly string[] AcceleratorWords = ["gpu", "oam", "accel", "tpu", "xpu"];

    private static string Placed(string family, string path, string owner)
    {
        // Redfish has one word for what CPUs and accelerators do; families have two.
        if (path.Contains("/Processors/", StringComparison.Ordinal))
        {
            var isAccelerator = IsAccelerator(path, owner);
            if (family == "hw_gpu_utilization_ratio" && !isAccelerator)
            {
                return "hw_cpu_utilization_ratio";
            }

            if (family == "hw_frequency_hertz" && !isAccelerator && path.EndsWith("/ProcessorMetrics", StringComparison.Ordinal))
            {
                return "hw_cpu_speed_hertz";
            }
        }

        if (family.StartsWith("hw_circuit_", StringComparison.Ordinal) && path.Contains("/Mains/", StringComparison.Ordinal))
        {
            return "hw_pdu_" + family["hw_circuit_".Length..];
        }

        var isNetwork = path.Contains("/NetworkAdapters/", StringComparison.Ordinal) || path.Contains("/NetworkInterfaces/", StringComparison.Ordinal);
        return !isNetwork ? family
            : family == "hw_port_io_bytes_total" ? "hw_network_io_bytes_total"
            : family == "hw_port_errors_total" ? "hw_network_errors_total"
            : family;
    }

    private static List<(string, string)> LabelsOf(MemberRule rule, string family)
    {
        var labels = new List<(string, string)>();
        foreach (var label in new[] { family == "hw_cpu_speed_hertz" ? null : rule.Label, rule.Second })
        {
            if (label?.Split('=') is [var name, var value])
            {
                labels.Add((name, value));
            }
        }

        if (family == "hw_power_shelf_power_watts")
        {
            labels.Add(("power_side", "input"));
        }

        return labels;
    }

    private ValueMeaning BySensor(string path, string member, PropertyFacts? facts, string? shownBy) =>
        SensorRules.Map(path, member, facts, _names, shownBy);
}
