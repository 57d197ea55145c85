namespace Ampacity.Simulator;

/// <summary>Trees written by us, one for each kind of BMC; nothing in them is taken from a vendor's but the names by which readers know the product.</summary>
internal static class GeneratedTree
{
    public static TreeTemplate Of(SimulatedTray tray) => tray.Kind switch
    {
        SimulatedKind.NvidiaComputeTray => NvidiaComputeTray.Of(tray),
        SimulatedKind.Dpu => DpuTree.Of(tray),
        SimulatedKind.NvSwitchTray or SimulatedKind.SwitchTray => SwitchTrayTree.Of(tray),
        SimulatedKind.PowerShelf => PowerShelfTree.Of(tray),
        SimulatedKind.UbbTray or SimulatedKind.EthernetTray => UbbTree.Of(tray),
        SimulatedKind.RackPdu => RackPduTree.Of(tray),
        SimulatedKind.CoolantUnit => CoolantUnitTree.Of(tray),
        _ => throw new InvalidOperationException($"Bug: no tree for {tray.Kind}"),
    };
}
