namespace Ampacity.Redfish;

/// <summary>Power equipment (shelves, PDUs, circuits, outlets) and thermal equipment (CDUs, pumps, connectors, leak detectors).</summary>
internal sealed class EquipmentWalk(WalkTools tools)
{
    private static readonly string[] PowerKinds = ["PowerShelves", "RackPDUs", "FloorPDUs", "TransferSwitches", "Switchgear", "ElectricalBuses"];
    private static readonly string[] CircuitKinds = ["Mains", "Branches", "Feeders", "Subfeeds", "Outlets"];
    private static readonly string[] CoolingKinds = ["CDUs", "HeatExchangers", "ImmersionUnits", "RPUs", "CoolingLoops"];
    private static readonly string[] ConnectorKinds = ["PrimaryCoolantConnectors", "SecondaryCoolantConnectors"];

    private readonly ResourceWalk _walk = tools.Walk;
    private readonly WalkedHardware _found = tools.Found;

    public async Task PowerAsync(ResourceReader power, CancellationToken cancellationToken)
    {
        foreach (var kind in PowerKinds)
        {
            foreach (var unit in await UnitsAsync(power, kind, cancellationToken))
            {
                var part = tools.PartOf(unit, WalkedKind.Other);
                if (!tools.Add(part))
                {
                    continue;
                }

                _found.Equipment.Add(kind);
                await new SensorWalk(tools).MetricsAsync(unit, "Metrics", cancellationToken);
                foreach (var circuits in CircuitKinds)
                {
                    await CircuitsAsync(unit, circuits, cancellationToken);
                }

                if (unit.Has("PowerSupplies"))
                {
                    await new ChassisWalk(tools).SuppliesAsync(unit, unit.Uri, cancellationToken);
                }
            }
        }
    }

    public async Task CoolingAsync(ResourceReader cooling, CancellationToken cancellationToken)
    {
        var chassis = new ChassisWalk(tools);
        foreach (var kind in CoolingKinds)
        {
            foreach (var unit in await UnitsAsync(cooling, kind, cancellationToken))
            {
                if (!tools.Add(tools.PartOf(unit, WalkedKind.Other)))
                {
                    continue;
                }

                _found.Equipment.Add(kind);
                await chassis.LeaksAsync(unit, cancellationToken);
                foreach (var (property, spinning) in new[] { ("Pumps", WalkedKind.Pump), ("Fans", WalkedKind.Fan) })
                {
                    if (unit.Link(property) is { } pumps)
                    {
                        await chassis.SpinningAsync(pumps, spinning, unit.Uri, cancellationToken);
                    }
                }

                foreach (var connectors in ConnectorKinds)
                {
                    if (unit.Link(connectors) is { } path)
                    {
                        await ValuesAsync(path, null, unit.Uri, cancellationToken);
                    }
                }

                if (unit.Link("Reservoirs") is { } reservoirs)
                {
                    await ValuesAsync(reservoirs, null, unit.Uri, cancellationToken);
                }

                await new SensorWalk(tools).MetricsAsync(unit, "EnvironmentMetrics", cancellationToken);
            }
        }
    }

    // Where a link is missing the well-known path is asked once: there are few such services, and their links are often wrong.
    private async Task<List<ResourceReader>> UnitsAsync(ResourceReader service, string kind, CancellationToken cancellationToken)
    {
        if (service.Has(kind) && service.Link(kind) is { } link)
        {
            return await _walk.MembersAsync(link, null, cancellationToken);
        }

        if (await _walk.ProbeAsync($"{service.Uri}/{kind}", cancellationToken) is not { } unlinked)
        {
            return [];
        }

        service.Note(kind, "no link, but it is there");
        return await _walk.MembersAsync(unlinked.Uri, null, cancellationToken);
    }

    private async Task CircuitsAsync(ResourceReader unit, string property, CancellationToken cancellationToken)
    {
        if (unit.Link(property) is { } link)
        {
            await ValuesAsync(link, WalkedKind.Circuit, unit.Uri, cancellationToken);
        }
    }

    // Members that carry readings; parts too where a kind is given.
    private async Task ValuesAsync(string uri, WalkedKind? kind, string owner, CancellationToken cancellationToken)
    {
        var collection = await _walk.CollectionAsync(uri, null, cancellationToken);
        var values = new List<PlanValue>();
        foreach (var path in collection.Paths)
        {
            if (await _walk.ReadAsync(path, cancellationToken) is { } body && (kind is not { } part || tools.Add(tools.PartOf(body, part, owner))))
            {
                values.AddRange(Excerpts.In(body, _found));
            }
        }

        SensorWalk.Plan(_walk, _found, collection, values);
    }
}
