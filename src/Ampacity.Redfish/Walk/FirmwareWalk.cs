namespace Ampacity.Redfish;

/// <summary>The firmware inventory, and which part each entry is of.</summary>
internal sealed class FirmwareWalk(WalkTools tools)
{
    public async Task RunAsync(ResourceReader service, CancellationToken cancellationToken)
    {
        if (service.Link("FirmwareInventory") is not { } inventory)
        {
            return;
        }

        foreach (var entry in await tools.Walk.MembersAsync(inventory, "Version", cancellationToken))
        {
            if (tools.Found.Firmware.Count >= tools.Walk.Limits.Parts)
            {
                tools.Walk.Note(inventory, "", $"more than {tools.Walk.Limits.Parts} entries: the rest was left out");
                return;
            }

            var id = entry.Text("Id") ?? WalkTools.LastSegment(entry.Uri);
            var related = entry.Has("RelatedItem")
                ? entry.Links("RelatedItem", 32).Select(link => tools.Found.At(link.Split('#')[0])).FirstOrDefault(part => part is not null)
                : null;
            tools.Found.Firmware.Add(new WalkedFirmware(id, entry.Name("Version"), related?.Uri));
        }

        foreach (var part in tools.Found.Parts.Where(part => part.Firmware is null).ToList())
        {
            await VersionAsync(part, cancellationToken);
        }
    }

    // The profile says where a part's version stands; else the entry that names the part.
    private async Task VersionAsync(WalkedPart part, CancellationToken cancellationToken)
    {
        var place = tools.Profile.Components.Select(component => component.NameOf(part.Uri) is null ? null : component.FirmwareOf(part.Uri)).FirstOrDefault(at => at is not null);
        if (place is not null)
        {
            var hash = place.IndexOf('#', StringComparison.Ordinal);
            if (await tools.Walk.ReadAsync(place[..hash], cancellationToken) is { } body && body.Name(place[(hash + 2)..]) is { } stated)
            {
                tools.Found.Replace(part with { Firmware = stated });
            }

            return;
        }

        if (part.Kind is WalkedKind.Accelerator or WalkedKind.FabricSwitch or WalkedKind.NetworkAdapter or WalkedKind.PowerSupply
            && tools.Found.Firmware.Where(entry => entry.PartUri == part.Uri && entry.Version is not null).ToList() is [var only])
        {
            tools.Found.Replace(part with { Firmware = only.Version });
        }
    }
}
