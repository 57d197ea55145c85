namespace Ampacity.Redfish;

/// <summary>One chassis: its sensors, supplies, fans, pumps, leak detectors, network adapters, drives and controls.</summary>
internal sealed class ChassisWalk(WalkTools tools)
{
    private readonly ResourceWalk _walk = tools.Walk;
    private readonly WalkedHardware _found = tools.Found;
    private readonly List<ResourceReader> _legacy = [];

    public async Task RunAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        // With what is below it in one answer: 31 chassis of a GB200 tray have five collections each, nearly all of them empty.
        if (chassis.Has("ThermalSubsystem"))
        {
            await _walk.ExpandAsync(chassis.Uri, 2, "ThermalSubsystem", cancellationToken);
        }

        await AssemblyAsync(chassis, cancellationToken);
        await LeaksAsync(chassis, cancellationToken);
        var supplies = await PowerAsync(chassis, cancellationToken);
        var fans = await ThermalAsync(chassis, cancellationToken);
        await LegacyAsync(chassis, readPower: supplies == 0, readThermal: fans == 0, cancellationToken);
        await AdaptersAsync(chassis, cancellationToken);
        await DrivesAsync(chassis, cancellationToken);
    }

    /// <summary>What changes from minute to minute, after all parts are known: sensors, metrics, controls.</summary>
    public async Task ReadingsAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        var sensors = new SensorWalk(tools);
        var link = chassis.Has("Sensors") ? chassis.Link("Sensors") : await MislinkedAsync(chassis, cancellationToken);
        var read = await sensors.CollectionAsync(link, cancellationToken);
        foreach (var legacy in _legacy.Where(body => read == 0 && body.Uri.StartsWith(chassis.Uri + "/", StringComparison.OrdinalIgnoreCase)))
        {
            _found.Sources.Add(new PlanSource(legacy.Uri, PlanForm.Member, _walk.BytesOf(legacy.Uri), Excerpts.InLegacy(legacy)));
        }

        // One more GET a chassis where it did not come along; what it says is mostly said by a sensor.
        if (chassis.Link("EnvironmentMetrics") is { } metrics && (_walk.IsKnown(metrics) || !chassis.Has("Sensors")))
        {
            await sensors.MetricsAsync(chassis, "EnvironmentMetrics", cancellationToken);
        }

        await ControlsAsync(chassis, cancellationToken);
    }

    private async Task<string?> MislinkedAsync(ResourceReader chassis, CancellationToken cancellationToken) =>
        chassis.Has("PowerSubsystem") && await _walk.FollowAsync(chassis, "PowerSubsystem", cancellationToken) is { } body
        && body.Text("@odata.type")?.Contains("SensorCollection", StringComparison.Ordinal) == true
            ? body.Uri
            : null;

    // Serials of a GB200's GPUs stand in the assemblies of their chassis, where firmware has them at all.
    private async Task AssemblyAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        if (chassis.Has("Assembly") && chassis.Link("Assembly") is { } link && _walk.IsKnown(link)
            && await _walk.ReadAsync(link, cancellationToken) is { } assembly && assembly.Has("Assemblies/0/SerialNumber")
            && IdentityText.Clean(assembly.Text("Assemblies/0/SerialNumber")) is { } serial)
        {
            _found.AssemblySerials.TryAdd(chassis.Uri, new WalkedValue(serial, $"{link}#/Assemblies/0/SerialNumber"));
        }
    }

    public async Task LeaksAsync(ResourceReader equipment, CancellationToken cancellationToken)
    {
        if (equipment.Link("LeakDetectors") is { } direct)
        {
            await DetectorsAsync(direct, equipment.Uri, cancellationToken);
        }

        var thermal = await _walk.FollowAsync(equipment, "ThermalSubsystem", "ThermalSubsystem", cancellationToken);
        foreach (var owner in new[] { equipment, thermal })
        {
            if (owner is { } body && body.Has("LeakDetection") && await _walk.FollowAsync(body, "LeakDetection", cancellationToken) is { } detection)
            {
                if (detection.Has("LeakDetectors") && detection.Link("LeakDetectors") is { } detectors)
                {
                    await DetectorsAsync(detectors, equipment.Uri, cancellationToken);
                }
                else if (await _walk.ProbeAsync($"{detection.Uri}/LeakDetectors", cancellationToken) is { } unlinked)
                {
                    detection.Note("LeakDetectors", "no link, but it is there");
                    await DetectorsAsync(unlinked.Uri, equipment.Uri, cancellationToken);
                }

                Groups(detection, equipment.Uri);
            }
        }
    }

    private async Task DetectorsAsync(string uri, string owner, CancellationToken cancellationToken)
    {
        var collection = await _walk.CollectionAsync(uri, "DetectorState", cancellationToken);
        var values = new List<PlanValue>();
        foreach (var path in collection.Paths)
        {
            if (await _walk.ReadAsync(path, cancellationToken) is not { } body)
            {
                continue;
            }

            // Its own state, never the roll-up above it: a GB200 tray says OK over a detector that is Critical.
            var state = body.Text("DetectorState");
            if (state is null)
            {
                body.Note("DetectorState", "a leak detector without a state of its own: blind");
            }

            if (tools.Add(tools.PartOf(body, WalkedKind.LeakDetector, owner) with { DetectorState = state }))
            {
                values.Add(new PlanValue(body.Uri, PlanClass.Leak));
            }
        }

        SensorWalk.Plan(_walk, _found, collection, values);
    }

    // Groups name detectors by their data source; those without a resource of their own are known by the group alone.
    private void Groups(ResourceReader detection, string owner)
    {
        foreach (var group in detection.Has("LeakDetectorGroups") ? detection.Objects("LeakDetectorGroups", 64) : [])
        {
            foreach (var detector in group.Has("Detectors") ? group.Objects("Detectors", 256) : [])
            {
                var source = detector.Text("DataSourceUri");
                if (source is null || _found.At(source) is null)
                {
                    tools.Add(tools.PartOf(detector, WalkedKind.LeakDetector, owner) with { DetectorState = detector.Text("DetectorState") });
                }
            }
        }
    }

    private async Task<int> PowerAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        var before = _found.Parts.Count;
        if (await _walk.FollowAsync(chassis, "PowerSubsystem", "PowerSubsystem", cancellationToken) is { } power)
        {
            await SuppliesAsync(power, chassis.Uri, cancellationToken);
            if (power.Link("Batteries") is { } batteries)
            {
                foreach (var battery in await _walk.MembersAsync(batteries, null, cancellationToken))
                {
                    tools.Add(tools.PartOf(battery, WalkedKind.Other, chassis.Uri));
                }
            }
        }

        return _found.Parts.Count - before;
    }

    public async Task SuppliesAsync(ResourceReader owner, string inUri, CancellationToken cancellationToken)
    {
        if (owner.Link("PowerSupplies") is not { } link)
        {
            return;
        }

        var collection = await _walk.CollectionAsync(link, null, cancellationToken);
        var inputs = new List<PlanValue>();
        foreach (var path in collection.Paths)
        {
            if (await _walk.ReadAsync(path, cancellationToken) is not { } supply || !tools.Add(tools.PartOf(supply, WalkedKind.PowerSupply, inUri)))
            {
                continue;
            }

            await new SensorWalk(tools).MetricsAsync(supply, "Metrics", cancellationToken);

            // No sensor says that a feed is lost: 0 W in can be a supply that rests.
            if (supply.Has("LineInputStatus"))
            {
                inputs.Add(new PlanValue(supply.Uri + "#/LineInputStatus", PlanClass.Power));
            }
        }

        SensorWalk.Plan(_walk, _found, collection, inputs);
    }

    private async Task<int> ThermalAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        var count = 0;
        if (await _walk.FollowAsync(chassis, "ThermalSubsystem", "ThermalSubsystem", cancellationToken) is not { } thermal)
        {
            return count;
        }

        foreach (var (property, kind) in new[] { ("Fans", WalkedKind.Fan), ("Pumps", WalkedKind.Pump) })
        {
            if (thermal.Link(property) is { } link)
            {
                count += await SpinningAsync(link, kind, chassis.Uri, cancellationToken);
            }
        }

        return count;
    }

    /// <summary>Fans or pumps, with their speeds.</summary>
    public async Task<int> SpinningAsync(string uri, WalkedKind kind, string owner, CancellationToken cancellationToken)
    {
        var collection = await _walk.CollectionAsync(uri, null, cancellationToken);
        var values = new List<PlanValue>();
        var count = 0;
        foreach (var path in collection.Paths)
        {
            if (await _walk.ReadAsync(path, cancellationToken) is { } body && tools.Add(tools.PartOf(body, kind, owner)))
            {
                count++;
                values.AddRange(Excerpts.In(body, _found));
            }
        }

        SensorWalk.Plan(_walk, _found, collection, values);
        return count;
    }

    // The old Power and Thermal: only for what the subsystems did not give.
    private async Task LegacyAsync(ResourceReader chassis, bool readPower, bool readThermal, CancellationToken cancellationToken)
    {
        foreach (var (wanted, property, parts, kind) in new[]
        {
            (readPower, "Power", "PowerSupplies", WalkedKind.PowerSupply), (readThermal, "Thermal", "Fans", WalkedKind.Fan),
        })
        {
            if (!wanted || !chassis.Has(property) || await _walk.FollowAsync(chassis, property, cancellationToken) is not { } body)
            {
                continue;
            }

            _legacy.Add(body);
            foreach (var part in body.Has(parts) ? body.Objects(parts, 256) : [])
            {
                tools.Add(tools.PartOf(part, kind, chassis.Uri));
            }
        }
    }

    private async Task AdaptersAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        if (chassis.Link("NetworkAdapters") is not { } link)
        {
            return;
        }

        foreach (var adapter in await _walk.MembersAsync(link, null, cancellationToken))
        {
            if (tools.Add(tools.PartOf(adapter, WalkedKind.NetworkAdapter, chassis.Uri) with { Firmware = FirmwareOf(adapter) }))
            {
                await tools.PortsAsync(adapter, adapter.Uri, cancellationToken);
            }
        }
    }

    private static string? FirmwareOf(ResourceReader adapter) =>
        adapter.Name("Controllers/0/FirmwarePackageVersion") ?? adapter.Name("FirmwareVersion");

    private async Task DrivesAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        if (!chassis.Has("Drives") || chassis.Link("Drives") is not { } link)
        {
            return;
        }

        foreach (var drive in await _walk.MembersAsync(link, null, cancellationToken))
        {
            tools.Add(tools.PartOf(drive, WalkedKind.Drive, chassis.Uri));
        }
    }

    private async Task ControlsAsync(ResourceReader chassis, CancellationToken cancellationToken)
    {
        if (chassis.Link("Controls") is not { } link || tools.Profile.Manners.Skips(link))
        {
            return;
        }

        foreach (var control in await _walk.MembersAsync(link, "ControlType", cancellationToken))
        {
            if (_found.Controls.Count >= _walk.Limits.Parts)
            {
                return;
            }

            _found.Controls.Add(new WalkedControl(control.Uri, control.Text("ControlType"), control.Number("SetPoint"), control.Text("ControlMode")));
        }
    }
}
