using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>What a walk found, in the words of a survey.</summary>
internal static class SurveyedHardware
{
    public static SurveyedBmc Of(string address, HardwareWalk walk)
    {
        var found = walk.Found;
        return new SurveyedBmc(
            address, found.Mac?.Value, found.Hints.Vendor, found.Hints.Product, found.Hints.RedfishVersion, found.ServiceUuid,
            found.Profile?.Id ?? "", Value(found.Serial), Value(found.Part), Value(found.Model),
            [.. found.Parts.Select(part => Component(part, found))],
            [.. found.Reports],
            [.. walk.Quirks.Select(quirk => new SurveyedQuirk(quirk.Uri, quirk.Property, quirk.What))])
        {
            Kind = Enum.Parse<SurveyedBmcKind>(found.Kind.ToString()),
            BoardSerial = Value(found.BoardSerial),
            Firmware = FirmwareOf(found),
            Position = found.Position is { } at ? new SurveyedPosition(at.Rack, at.Offset, at.Slot, at.Source) : null,
            Ports =
            [
                .. found.Ports.Select(port => new SurveyedPort(
                    found.At(port.PartUri)?.Id ?? port.PartUri, port.Id, port.Uri, port.Protocol, port.LinkStatus, port.SpeedGbps, port.Peer)),
            ],
            ReadPlan = found.Plan.Reads.Count == 0 ? [] : [.. found.Plan.Reads.Concat(found.Watches).Select(Read)],
            SensorCount = found.Sensors.Count,
        };
    }

    private static SurveyedValue? Value(WalkedValue? value) => value is null ? null : new SurveyedValue(value.Value, value.Source);

    private static SurveyedComponent Component(WalkedPart part, WalkedHardware found) => new(
        part.Id, Enum.Parse<SurveyedKind>(part.Kind.ToString()), part.Uri, part.Serial, part.PartNumber, part.Model, part.Firmware)
    {
        State = part.State,
        Health = part.Health,
        DetectorState = part.DetectorState,
        Slot = part.Slot,
        Uuid = part.Uuid,
        In = found.At(part.InUri)?.Id,
    };

    // The version of the BMC itself stands in no inventory of some services.
    private static List<SurveyedFirmware> FirmwareOf(WalkedHardware found)
    {
        var firmware = found.Firmware.ConvertAll(entry => new SurveyedFirmware(entry.Id, entry.Version, found.At(entry.PartUri)?.Id));
        if (firmware.Count == 0 && found.ManagerFirmware is { } manager)
        {
            firmware.Add(new SurveyedFirmware("BMC", manager.Value, null));
        }

        return firmware;
    }

    private static PlannedRead Read(PlanRead read) => new(
        read.Uri, Enum.Parse<ReadForm>(read.Form.ToString()), Enum.Parse<ReadClass>(read.Class.ToString()), read.PeriodSeconds, read.Bytes, read.Values);
}
