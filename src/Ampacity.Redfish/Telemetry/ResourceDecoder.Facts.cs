using System.Text;

namespace Ampacity.Redfish;

/// <summary>What is kept of a property beside its values, and which members count.</summary>
public sealed partial class ResourceDecoder
{
    // Settings, names, places and roll-ups: no readings, and a third of the bytes of a sensor.
    private static readonly HashSet<string> WalkedPast = new(StringComparer.Ordinal)
    {
        "Thresholds", "Links", "Actions", "Location", "Redundancy", "PowerSupplyRedundancy", "FanRedundancy", "PumpRedundancy", "MainsRedundancy",
        "EfficiencyRatings", "InputRanges", "OutputRails", "ControlLoop", "Certificates", "LinkConfiguration", "Ethernet", "FibreChannel", "InfiniBand",
        "FunctionMaxBandwidth", "FunctionMinBandwidth", "Conditions", "MetricReportDefinition", "RelatedItems", "Measurements", "Regions", "NVMe",
        "Description", "Id", "ReadingTime", "Implementation", "ReadingBasis", "Manufacturer", "Model", "SerialNumber", "PartNumber", "SparePartNumber",
        "ReadingRangeMax", "ReadingRangeMin", "Accuracy", "Precision", "SensingInterval", "SensingFrequency", "MaxAllowableOperatingValue", "MinAllowableOperatingValue",
        "AdjustedMaxAllowableOperatingValue", "AdjustedMinAllowableOperatingValue", "MaxReadingRange", "MinReadingRange", "MaxReadingRangeTemp", "MinReadingRangeTemp",
        "SensorNumber", "MemoryLocation", "AllowableMax", "AllowableMin",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Past = WalkedPast.GetAlternateLookup<ReadOnlySpan<char>>();

    private static bool IsWalkedPast(ReadOnlySpan<byte> name)
    {
        if (name.Length > 40)
        {
            return false;
        }

        Span<char> text = stackalloc char[40];
        return Past.Contains(text[..Encoding.UTF8.GetChars(name, text)]);
    }

    private static bool IsTruth(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("RowRemappingFailed"u8) || name.SequenceEqual("RowRemappingPending"u8) || name.SequenceEqual("Throttled"u8)
        || name.SequenceEqual("DataLossDetected"u8) || name.SequenceEqual("SRAMECCErrorThresholdExceeded"u8);

    // Null for one of these says that a reading is not there; for anything else it says nothing.
    private static bool IsReading(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("Reading"u8))
        {
            return true;
        }

        if (name.Length > 48 || name.EndsWith("VA"u8) || name.EndsWith("VAR"u8) || name.EndsWith("PowerFactor"u8) || name.SequenceEqual("SpeedRPM"u8))
        {
            return false;
        }

        Span<char> text = stackalloc char[48];
        return MemberRules.Readings.Contains(text[..Encoding.UTF8.GetChars(name, text)]);
    }

    private static bool IsOfNamedEntries(ReadOnlySpan<byte> array) =>
        array.SequenceEqual("Temperatures"u8) || array.SequenceEqual("Fans"u8) || array.SequenceEqual("Voltages"u8) || array.SequenceEqual("PowerSupplies"u8)
        || array.SequenceEqual("TemperatureReadingsCelsius"u8);

    // Some firmware writes readings as text ("5500" of a Lite-On shelf).
    private static bool IsNumberAsText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) =>
        (text.IsEmpty || text[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'n' or (byte)'N')
        && (name.StartsWith("Reading"u8) || name.EndsWith("Watts"u8) || name.EndsWith("Celsius"u8) || name.EndsWith("Percent"u8) || name.EndsWith("Amps"u8)
            || name.EndsWith("Volts"u8) || name.EndsWith("Voltage"u8) || name.EndsWith("Count"u8) || name.EndsWith("Bytes"u8) || name.EndsWith("RPM"u8));

    // 0: a sensor itself; 1: a list of a chassis; 2: a chassis; 3: the part itself.
    private static byte RankOf(ResourceKind kind, ReadOnlySpan<byte> path) => kind switch
    {
        ResourceKind.Sensor => 0,
        ResourceKind.ThermalMetrics or ResourceKind.Power or ResourceKind.Thermal or ResourceKind.Control => 1,
        ResourceKind.EnvironmentMetrics => path.IndexOf("/Chassis/"u8) >= 0 ? (byte)2 : (byte)3,
        _ => 3,
    };

    private void Learn(MetricPropertyTable.Entry entry, ResourceKind kind, byte rank, ReadOnlySpan<byte> path, ReadOnlySpan<byte> pointer, in Leaf leaf, ReadOnlySpan<byte> body)
    {
        var facts = Volatile.Read(ref entry.Facts);
        ref readonly var place = ref _places[leaf.Place];
        var units = Hash(Hash(0, TextOf(place.ReadingType, body)), TextOf(place.ReadingUnits, body));
        var isSensor = kind == ResourceKind.Sensor;
        if (facts is not null && facts.UnitHash == units && (isSensor ? facts.HasSensor : facts.Path.Length > 0 && facts.Rank >= rank))
        {
            return;
        }

        // An excerpt states no units: those of its sensor stand.
        var isSilent = place.ReadingType.Length == 0 && place.ReadingUnits.Length == 0;
        if (facts is not null && !isSensor && isSilent && facts.Path.Length > 0 && facts.Rank >= rank)
        {
            return;
        }

        var next = facts ?? new PropertyFacts();
        if (!isSensor && (next.Path.Length == 0 || next.Rank < rank))
        {
            var shown = pointer.EndsWith("/Reading"u8) ? pointer[..^"/Reading".Length] : pointer;
            next = next with { Kind = kind, Path = Encoding.UTF8.GetString(path), Member = Encoding.UTF8.GetString(shown), Rank = rank };
        }

        if (isSensor || !isSilent || facts is null)
        {
            next = next with
            {
                HasSensor = next.HasSensor || isSensor,
                ReadingType = StringOf(place.ReadingType, body) ?? next.ReadingType,
                ReadingUnits = StringOf(place.ReadingUnits, body) ?? next.ReadingUnits,
                UnitHash = units,
            };
        }

        Volatile.Write(ref entry.Facts, next with
        {
            PhysicalContext = StringOf(place.PhysicalContext, body) ?? next.PhysicalContext,
            ElectricalContext = StringOf(place.ElectricalContext, body) ?? next.ElectricalContext,
            Name = StringOf(place.Name, body) ?? next.Name,
            Related = StringOf(place.Related, body) ?? next.Related,
        });
    }

    // FNV-1a: to see that a unit is another one than before, not to keep enemies out.
    private static int Hash(int seed, ReadOnlySpan<byte> text)
    {
        var hash = unchecked((uint)seed);
        foreach (var b in text)
        {
            hash = unchecked((hash ^ b) * 16_777_619);
        }

        return unchecked((int)hash);
    }
}
