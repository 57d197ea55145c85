using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>A declared rack and what a survey of it would show if everything were right: where tests put drift in.</summary>
internal sealed class SeededRack
{
    private SeededRack(FactLedger ledger)
    {
        Ledger = ledger;
        Graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs, OneRack.Catalogue);
        Bmcs = [.. IntendedHardware.Of(Graph.Within(PlaceScope.Whole)).Devices.Select(Healthy)];
    }

    /// <summary>18 compute trays with serial and MAC.</summary>
    public static SeededRack Shipped { get; } = new(OneRack.Ledger());

    public FactLedger Ledger { get; }

    public FleetGraph Graph { get; }

    /// <summary>One BMC a declared device, in order of place.</summary>
    public IReadOnlyList<SurveyedBmc> Bmcs { get; }

    /// <summary>The rack after an edit of its fleet file.</summary>
    public static SeededRack Of(Func<string, string> edit) => new(OneRack.Apply(FactLedger.Empty, OneRack.Declared(edit), OneRack.BeganMs).Ledger);

    /// <summary>A survey of these.</summary>
    public Survey Survey(IEnumerable<SurveyedBmc> bmcs, IReadOnlyList<SurveyError>? errors = null, int minute = 0)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(OneRack.BeganMs).AddMinutes(minute);
        SurveyedBmc[] seen = [.. bmcs];
        return new Survey("test", at, at.AddSeconds(1), Bmcs.Count, seen, errors ?? []);
    }

    private SurveyedBmc Healthy(IntendedDevice device)
    {
        var slot = Graph.PartPathOf(device.At);
        SurveyedComponent[] components =
        [
            .. device.Parts.Select(part => new SurveyedComponent(
                part.Name, KindOf(part.Kind), $"/redfish/v1/{part.Name}", part.Serial ?? $"{device.Serial}-{part.Name}", null, null, null) { State = "Enabled", Health = "OK" }),
            .. device.Kind == SkuKind.ComputeTray ? Enumerable.Range(0, 2).Select(n => new SurveyedComponent(
                $"leak{n}", SurveyedKind.LeakDetector, $"/redfish/v1/leak{n}", null, null, null, null) { State = "Enabled", Health = "OK", DetectorState = "OK" }) : [],
        ];
        return new SurveyedBmc(
            $"http://127.80.{device.At.Node}.{slot.TrimStart('0')}:8000", device.Mac, "NVIDIA", "GB200 NVL", "1.17.0", $"uuid-{device.Mac}",
            "test", device.Serial is { } serial ? new SurveyedValue(serial, "/redfish/v1/Chassis/Chassis_0#/SerialNumber") : null, null, null, components, [], [])
        {
            Kind = device.Kind switch { SkuKind.ComputeTray => SurveyedBmcKind.ComputeTray, SkuKind.SwitchTray => SurveyedBmcKind.SwitchTray, SkuKind.PowerShelf => SurveyedBmcKind.PowerShelf, _ => SurveyedBmcKind.Other },
            Position = int.TryParse(slot, NumberStyles.None, CultureInfo.InvariantCulture, out var unit) ? new SurveyedPosition(null, unit, null, "/redfish/v1/Chassis/Chassis_0#/Location") : null,
            Firmware = [new SurveyedFirmware("HGX_FW_BMC_0", "25.01-7", null), .. device.Parts.Select((part, n) => new SurveyedFirmware($"HGX_FW_{part.Name.ToUpperInvariant()}", "97.00.82", part.Name))],
            Ports = [.. device.Parts.Where(part => part.Kind == SkuKind.Accelerator).SelectMany(part => Enumerable.Range(0, 4).Select(n => new SurveyedPort(
                part.Name, $"NVLink_{n}", $"/redfish/v1/{part.Name}/Ports/NVLink_{n}", "NVLink", "LinkUp", 400, $"sw{n}/{slot}-{part.Name}")))],
        };
    }

    private static SurveyedKind KindOf(SkuKind kind) => kind switch
    {
        SkuKind.Accelerator => SurveyedKind.Accelerator,
        SkuKind.Processor => SurveyedKind.Processor,
        SkuKind.Supply => SurveyedKind.PowerSupply,
        _ => SurveyedKind.Other,
    };
}
