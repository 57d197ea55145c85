namespace Ampacity.Redfish;

/// <summary>Computer systems: processors, memory, and adapters that no chassis names.</summary>
internal sealed class SystemWalk(WalkTools tools)
{
    private readonly ResourceWalk _walk = tools.Walk;
    private readonly WalkedHardware _found = tools.Found;
    private readonly List<ListedProcessor> _listed = [];

    public async Task RunAsync(IReadOnlyList<ResourceReader> systems, CancellationToken cancellationToken)
    {
        foreach (var system in systems)
        {
            if (system.Text("SystemType") is "Virtual" or "OS" or "VirtuallyPartitioned")
            {
                continue; // its parts are those of the physical one
            }

            if (system.Link("Processors") is { } processors)
            {
                foreach (var processor in await _walk.MembersAsync(processors, "ProcessorType", cancellationToken))
                {
                    _listed.Add(new ListedProcessor(system, processor));
                }
            }
        }

        foreach (var listed in ProcessorLists.Merge(_listed, _found, tools))
        {
            await tools.PortsAsync(listed.Body, listed.Body.Uri, cancellationToken);
            await new SensorWalk(tools).MetricsAsync(listed.Body, "EnvironmentMetrics", cancellationToken);
        }

        foreach (var system in systems)
        {
            await MemoryAsync(system, cancellationToken);
            await InterfacesAsync(system, cancellationToken);
        }

        foreach (var system in systems.Where(_ => !_found.Parts.Any(part => part.Kind == WalkedKind.Drive)))
        {
            await DrivesAsync(system, cancellationToken);
        }
    }

    // Drives that no chassis names stand in arrays of links of storage units.
    private async Task DrivesAsync(ResourceReader system, CancellationToken cancellationToken)
    {
        if (system.Text("SystemType") is "Virtual" or "OS" || system.Link("Storage") is not { } link)
        {
            return;
        }

        foreach (var storage in await _walk.MembersAsync(link, null, cancellationToken))
        {
            foreach (var path in storage.Has("Drives") ? storage.Links("Drives", 256) : [])
            {
                if (await _walk.ReadAsync(path, cancellationToken) is { } drive)
                {
                    tools.Add(tools.PartOf(drive, WalkedKind.Drive));
                }
            }
        }
    }

    private async Task MemoryAsync(ResourceReader system, CancellationToken cancellationToken)
    {
        if (system.Link("Memory") is not { } link || tools.Profile.Manners.Skips(link))
        {
            return;
        }

        foreach (var memory in await _walk.MembersAsync(link, null, cancellationToken))
        {
            var part = tools.PartOf(memory, WalkedKind.Memory, _found.At(memory.Has("Links/Processors") && memory.Links("Links/Processors", 1) is [var first] ? first : null)?.Uri);
            var twin = _found.Parts.FirstOrDefault(known => known.Kind == WalkedKind.Memory && IsTwin(known, part));
            if (twin is not null)
            {
                _found.Alias(memory.Uri, twin);
                continue;
            }

            tools.Add(part);
        }
    }

    // The same stack or DIMM listed under two systems of one tray: by serial, or by the accelerator it is in and its own name.
    private static bool IsTwin(WalkedPart known, WalkedPart part)
    {
        if (known.Uri.StartsWith(part.Uri[..part.Uri.LastIndexOf('/')] + "/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return known.Serial is not null && part.Serial is not null
            ? known.Serial == part.Serial
            : known.InUri is not null && known.InUri == part.InUri && WalkTools.LastSegment(known.Uri) == WalkTools.LastSegment(part.Uri);
    }

    // Old services know adapters only by the system's interfaces.
    private async Task InterfacesAsync(ResourceReader system, CancellationToken cancellationToken)
    {
        if (system.Link("NetworkInterfaces") is not { } link || _found.Parts.Any(part => part.Kind == WalkedKind.NetworkAdapter))
        {
            return;
        }

        foreach (var entry in await _walk.MembersAsync(link, null, cancellationToken))
        {
            if (entry.Has("Links/NetworkAdapter") && entry.Link("Links/NetworkAdapter") is { } adapter)
            {
                if (await _walk.ReadAsync(adapter, cancellationToken) is { } body && tools.Add(tools.PartOf(body, WalkedKind.NetworkAdapter)))
                {
                    await tools.PortsAsync(body, body.Uri, cancellationToken);
                }
            }
            else if (tools.Add(tools.PartOf(entry, WalkedKind.NetworkAdapter)))
            {
                await tools.PortsAsync(entry, entry.Uri, cancellationToken);
            }
        }
    }
}
