namespace Ampacity.Fleet;

/// <summary>Whether a tray is the product that it should be: its kind, its model, its part number.</summary>
internal static class ProductDrift
{
    public static void Compare(TraySight sight, HardwareBaselines baselines)
    {
        var (device, bmc) = (sight.Device, sight.Bmc);
        if (device.Kind is { } kind && !Fits(kind, bmc.Kind))
        {
            sight.Add(DriftKind.WrongSku, "", $"a {kind} ({device.Sku})", $"a {bmc.Kind}{(bmc.Model is { } said ? $", model {said.Value}" : "")}", DriftEvidence.Report,
                "the BMC's own chassis and systems say what it manages");
        }

        if (baselines.Find(device.At.Node, device.Sku, HardwareBaselines.Model) is { } model && (bmc.Model?.Value ?? bmc.Product) is { } shown && !BaselineText.Allows(model, shown))
        {
            sight.Add(DriftKind.WrongSku, "model", $"model {model}", $"model {shown}", DriftEvidence.Report, bmc.Model?.Source ?? "/redfish/v1#/Product", row => row with { FoundText = shown });
        }

        if ((device.PartNumber ?? baselines.Find(device.At.Node, device.Sku, HardwareBaselines.Part)) is { } part && bmc.Part is { } read && !BaselineText.Allows(part, read.Value))
        {
            sight.Add(DriftKind.WrongPart, "", $"part {part}", $"part {read.Value}", DriftEvidence.Report, read.Source, row => row with { FoundText = read.Value });
        }
    }

    /// <summary>Whether a BMC of a kind can speak for a thing of a kind: what does not say its kind can speak for any.</summary>
    public static bool Fits(SkuKind expected, SurveyedBmcKind seen) => seen switch
    {
        SurveyedBmcKind.ComputeTray => expected is not (SkuKind.SwitchTray or SkuKind.Switch or SkuKind.PowerShelf or SkuKind.Pdu or SkuKind.Cdu),
        SurveyedBmcKind.SwitchTray => expected is not (SkuKind.ComputeTray or SkuKind.Node or SkuKind.PowerShelf or SkuKind.Pdu or SkuKind.Cdu),
        SurveyedBmcKind.PowerShelf => expected is not (SkuKind.ComputeTray or SkuKind.Node or SkuKind.SwitchTray or SkuKind.Switch or SkuKind.Cdu or SkuKind.Adapter),
        SurveyedBmcKind.Dpu => expected is not (SkuKind.ComputeTray or SkuKind.Node or SkuKind.SwitchTray or SkuKind.Switch or SkuKind.PowerShelf or SkuKind.Pdu or SkuKind.Cdu),
        SurveyedBmcKind.Pdu => expected is not (SkuKind.ComputeTray or SkuKind.Node or SkuKind.SwitchTray or SkuKind.Switch or SkuKind.Cdu or SkuKind.Adapter),
        SurveyedBmcKind.Cdu => expected is not (SkuKind.ComputeTray or SkuKind.Node or SkuKind.SwitchTray or SkuKind.Switch or SkuKind.PowerShelf or SkuKind.Pdu or SkuKind.Adapter),
        _ => true,
    };
}
