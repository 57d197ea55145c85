namespace Ampacity.Redfish;

/// <summary>Fabrics: their switches and the switches' ports.</summary>
internal sealed class FabricWalk(WalkTools tools)
{
    public async Task RunAsync(string fabrics, CancellationToken cancellationToken)
    {
        foreach (var fabric in await tools.Walk.MembersAsync(fabrics, null, cancellationToken))
        {
            if (fabric.Link("Switches") is not { } switches)
            {
                continue;
            }

            foreach (var body in await tools.Walk.MembersAsync(switches, null, cancellationToken))
            {
                var part = tools.PartOf(body, WalkedKind.FabricSwitch);
                if (tools.Add(part))
                {
                    NoteScaleUp(body, fabric);
                    await tools.PortsAsync(body, body.Uri, cancellationToken);
                }
            }
        }
    }

    // PCIe switches and retimers are switches of a fabric too, but a tray of them is no switch tray.
    private void NoteScaleUp(ResourceReader body, ResourceReader fabric)
    {
        var type = body.Text("SwitchType") ?? fabric.Text("FabricType");
        if (type is "PCIe" or "SAS" or "SATA" or "NVMe" or "PCI")
        {
            return;
        }

        tools.Found.NetworkSwitches++;
    }
}
