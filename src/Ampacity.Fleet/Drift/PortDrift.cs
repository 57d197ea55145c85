namespace Ampacity.Fleet;

/// <summary>Links of a tray: those that are down and should not be, and those that lead elsewhere than declared.</summary>
internal static class PortDrift
{
    private const int LeastPorts = 3;

    public static void Compare(TraySight sight)
    {
        var ports = sight.Bmc.Ports;
        if (ports.Count == 0 && sight.Device.Cables.IsEmpty)
        {
            return;
        }

        var declared = sight.Device.Cables.ToDictionary(cable => cable.Port, cable => cable.Peer, StringComparer.OrdinalIgnoreCase);
        var byName = new Dictionary<string, SurveyedPort>(StringComparer.OrdinalIgnoreCase);
        foreach (var port in ports)
        {
            byName.TryAdd(NameOf(port), port);
        }

        // All ports of a scale-up fabric are meant to be up; of a network some are left free, so one counts only if it is declared or was up.
        var fabrics = ports.Where(port => IsScaleUp(port.Protocol) && port.LinkStatus is not null).GroupBy(port => port.Protocol!, StringComparer.Ordinal)
            .Where(group => group.Count() >= LeastPorts && group.Count(IsUp) * 2 > group.Count()).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        HashSet<string>? wasUp = null;
        foreach (var (name, port) in byName)
        {
            declared.TryGetValue(name, out var peer);
            if (IsDown(port) && peer != CableFact.Nothing)
            {
                wasUp ??= [.. sight.Earlier.SelectMany(look => look.Bmc.Ports).Where(IsUp).Select(NameOf)];
                var before = wasUp.Contains(name);
                if (before || peer is not null || (port.Protocol is { } protocol && fabrics.Contains(protocol)))
                {
                    sight.Add(
                        DriftKind.LinkDown, name, peer is null ? $"{name} up" : $"{name} up, to {peer}", $"{name} {port.LinkStatus}", DriftEvidence.Report | (before ? DriftEvidence.EarlierSurvey : DriftEvidence.None),
                        before ? $"{port.Uri}#/LinkStatus; it was up at an earlier look" : peer is not null ? $"{port.Uri}#/LinkStatus; its peer is declared" : $"{port.Uri}#/LinkStatus; most {port.Protocol} ports of this tray are up",
                        row => row with { FoundText = CableFact.Nothing });
                }
            }
            else if (peer is not null && (peer != CableFact.Nothing || IsUp(port)) && port.Peer is { } seen && !string.Equals(peer.Trim(), seen.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                sight.Add(DriftKind.Recabled, name, $"{name} to {peer}", $"{name} to {seen}", DriftEvidence.Report, $"{port.Uri} names its peer", row => row with { FoundText = seen });
            }
            else if (peer is null && port.Peer is { } now && sight.Earlier.Select(look => PeerOf(look.Bmc, name)).FirstOrDefault(before => before is not null) is { } was
                && !string.Equals(was.Trim(), now.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                sight.Add(DriftKind.Recabled, name, $"{name} to {was}", $"{name} to {now}", DriftEvidence.Report | DriftEvidence.EarlierSurvey, $"{port.Uri} named another peer at the look before; none is declared", row => row with { FoundText = now });
            }
        }

        foreach (var (name, peer) in declared)
        {
            if (peer != CableFact.Nothing && !byName.ContainsKey(name))
            {
                sight.Add(DriftKind.NotVerifiable, name, $"{name} to {peer}", null, DriftEvidence.None, "the BMC lists no such port");
            }
        }
    }

    /// <summary>Component and port, such as <c>gpu0/NVLink_3</c>.</summary>
    public static string NameOf(SurveyedPort port) => $"{port.Component}/{port.Id}";

    /// <summary>Whether Redfish says that the link is up.</summary>
    public static bool IsUp(SurveyedPort port) => port.LinkStatus is "LinkUp" or "Up";

    /// <summary>Whether Redfish says that it is not; what says nothing is neither.</summary>
    public static bool IsDown(SurveyedPort port) => port.LinkStatus is "LinkDown" or "NoLink" or "Down";

    /// <summary>Whether a protocol joins the accelerators of a domain.</summary>
    public static bool IsScaleUp(string? protocol) => protocol is "NVLink" or "UALink" or "xGMI" or "SUE" or "ICI";

    private static string? PeerOf(SurveyedBmc bmc, string name) => bmc.Ports.FirstOrDefault(port => string.Equals(NameOf(port), name, StringComparison.OrdinalIgnoreCase))?.Peer;
}
