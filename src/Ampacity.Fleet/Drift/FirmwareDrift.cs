namespace Ampacity.Fleet;

/// <summary>Firmware of a tray against what is declared for the tray itself, else against its hall's baseline for its SKU.</summary>
internal static class FirmwareDrift
{
    private const int NamedMax = 6;

    public static void Compare(TraySight sight, HardwareBaselines baselines)
    {
        var (device, bmc) = (sight.Device, sight.Bmc);
        var declared = device.Firmware.Select(firmware => (Id: firmware.Component, Value: firmware.Version));
        var baseline = baselines.For(device.At.Node, device.Sku)
            .Where(fact => fact.Property is not (HardwareBaselines.Model or HardwareBaselines.Part or HardwareBaselines.LeakDetectors))
            .Select(fact => (Id: fact.Property, fact.Value));
        var entries = Entries(bmc);
        foreach (var (id, value) in declared.Concat(baseline.Where(rule => !device.Firmware.Any(one => IsSame(one.Component, rule.Id)))))
        {
            (string Id, string? Version)[] about = [.. entries.Where(entry => BaselineText.IsAbout(id, entry.Id) && !device.Firmware.Any(one => one.Component != id && BaselineText.IsAbout(one.Component, entry.Id)))];
            if (about.Length == 0)
            {
                continue;
            }

            (string Id, string Version)[] wrong = [.. about.Where(entry => entry.Version is { } version && !BaselineText.Allows(value, version)).Select(entry => (entry.Id, entry.Version!))];
            if (wrong.Length > 0)
            {
                sight.Add(
                    DriftKind.WrongFirmware, id, $"{id} at {value}",
                    string.Join(", ", wrong.GroupBy(entry => entry.Version).Select(group => $"{string.Join(", ", group.Take(NamedMax).Select(entry => entry.Id))}{(group.Count() > NamedMax ? ", …" : "")} at {group.Key}")),
                    DriftEvidence.Report,
                    device.Firmware.Any(one => one.Component == id) ? "declared for this asset" : $"baseline of {device.Sku}; {wrong.Length} of {about.Length} entries differ",
                    row => row with { FoundText = wrong.Select(entry => BaselineText.Normalise(entry.Version)).Distinct().Count() == 1 ? wrong[0].Version : null });
            }
            else if (about.All(entry => entry.Version is null))
            {
                sight.Add(DriftKind.NotVerifiable, id, $"{id} at {value}", null, DriftEvidence.None, "the BMC lists it without a version");
            }
        }
    }

    // The inventory by Redfish's Id, and what components say of themselves by their name.
    private static IEnumerable<(string Id, string? Version)> Entries(SurveyedBmc bmc) =>
        bmc.Firmware.Select(entry => (entry.Id, entry.Version))
            .Concat(bmc.Components.Where(component => component.Firmware is not null).Select(component => (component.Id, component.Firmware)));

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
