using System.Globalization;

namespace Ampacity.Redfish;

/// <summary>The managers: the MAC that the BMC is known by, its firmware, and the board that it sits on.</summary>
internal sealed class ManagerWalk(ResourceWalk walk, WalkedHardware found)
{
    public async Task RunAsync(IReadOnlyList<ResourceReader> managers, string? providing, CancellationToken cancellationToken)
    {
        // The one that answers us first: a tray's second manager (HGX_BMC_0) sits behind it on a private network.
        var ordered = managers
            .OrderByDescending(manager => ResourcePaths.Comparer.Equals(manager.Uri, providing?.TrimEnd('/')))
            .ThenByDescending(manager => manager.Text("ManagerType") is "BMC" or "EnclosureManager" or "ManagementController");
        foreach (var manager in ordered)
        {
            found.Manager = found.Manager.Length == 0 ? manager.Uri : found.Manager;
            if (found.ManagerFirmware is null && manager.Name("FirmwareVersion") is { } version)
            {
                found.ManagerFirmware = new WalkedValue(version, manager.Uri + "#/FirmwareVersion");
            }

            if (found.ManagerChassis is null && manager.Has("Links/ManagerInChassis"))
            {
                found.ManagerChassis = manager.Link("Links/ManagerInChassis")?.TrimEnd('/');
            }

            if (found.Mac is null && manager.Link("EthernetInterfaces") is { } link)
            {
                found.Mac = Best(await walk.MembersAsync(link, null, cancellationToken));
            }
        }
    }

    // Of several ports the one that is on the management network: a MAC that its maker gave (bit 1 of the first byte clear), no USB, up.
    private static WalkedValue? Best(List<ResourceReader> ports)
    {
        WalkedValue? best = null;
        var most = -1;
        foreach (var port in ports)
        {
            var (property, mac) = port.Has("PermanentMACAddress") && IdentityText.CleanMac(port.Text("PermanentMACAddress")) is { } permanent
                ? ("PermanentMACAddress", permanent)
                : ("MACAddress", IdentityText.CleanMac(port.Text("MACAddress")));
            if (mac is null)
            {
                continue;
            }

            var name = port.Text("Id") ?? WalkTools.LastSegment(port.Uri);
            var isMade = (byte.Parse(mac.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) == 0;
            var isInside = name.Contains("usb", StringComparison.OrdinalIgnoreCase) || name.Contains("host", StringComparison.OrdinalIgnoreCase)
                || name.Contains("tap", StringComparison.OrdinalIgnoreCase);
            var weight = (isMade ? 8 : 0) + (isInside ? 0 : 4) + (port.Text("LinkStatus") is "LinkUp" ? 2 : 0)
                + (port.Has("InterfaceEnabled") && port.Flag("InterfaceEnabled") == false ? 0 : 1);
            if (weight > most)
            {
                (most, best) = (weight, new WalkedValue(mac, $"{port.Uri}#/{property}"));
            }
        }

        return best;
    }
}
