namespace Ampacity.Redfish;

/// <summary>
/// Walks one BMC from its service root to a <see cref="WalkedHardware"/>: managers, chassis, systems, fabrics, power and thermal equipment,
/// firmware, telemetry; never a log. Generic: a profile says what is better known, and none is needed.
/// </summary>
/// <remarks>One run, one thread. What was found so far can be read at any time after a run ended, however it ended.</remarks>
public sealed class HardwareWalk
{
    private const string Root = "/redfish/v1";

    // 1.2 GETs a minute.
    private const int MostWatches = 6;
    private readonly ResourceWalk _walk;
    private readonly PlatformProfiles _profiles;
    private readonly PlanRules _rules;

    /// <summary>A walk over the BMC of a client.</summary>
    /// <param name="client">Logs in by itself.</param>
    /// <param name="profiles">What is known of platforms; one of them must fit any BMC.</param>
    /// <param name="limits">How much to look at.</param>
    /// <param name="rules">How often what is found would be read.</param>
    public HardwareWalk(RedfishClient client, PlatformProfiles profiles, WalkLimits limits, PlanRules rules) =>
        (_walk, _profiles, _rules) = (new ResourceWalk(client, limits), profiles, rules);

    /// <summary>What was found.</summary>
    public WalkedHardware Found { get; } = new();

    /// <summary>What was odd.</summary>
    public IReadOnlyList<RedfishQuirk> Quirks => _walk.Quirks;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<WalkFailure> Failures => _walk.Failures;

    /// <summary>GETs sent by this walk; the root was read before.</summary>
    public int Requests => _walk.Requests;

    /// <summary>Walks on from a root that was read.</summary>
    /// <param name="root">The answer to a GET of the service root.</param>
    /// <param name="cancellationToken">Ends the walk; what was found until then stands.</param>
    /// <returns>False if no profile fits.</returns>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public async Task<bool> RunAsync(RedfishAnswer root, CancellationToken cancellationToken)
    {
        var service = _walk.Know(Root, root);
        Found.Hints = BmcHints.Of(service);
        Found.ServiceUuid = service.Identity("UUID");
        Found.HasPowerEquipment = service.Has("PowerEquipment");
        if (_profiles.Find(Found.Hints) is not { } first)
        {
            return false;
        }

        Use(first, service);
        var managers = await CollectionAsync(service, "Managers", null, cancellationToken);
        var chassis = await CollectionAsync(service, "Chassis", "ChassisType", cancellationToken);
        foreach (var body in chassis)
        {
            Found.Chassis.TryAdd(body.Uri, body);
        }

        // A silent root: managers and chassis may say who made it.
        var bodies = managers.Concat(chassis).ToList();
        Found.Hints = Found.Hints with
        {
            OemKeys = [.. Found.Hints.OemKeys.Concat(bodies.SelectMany(OemOf)).Distinct(StringComparer.OrdinalIgnoreCase)],
            Models = [.. bodies.SelectMany(ModelsOf).Distinct(StringComparer.OrdinalIgnoreCase).Take(256)],
        };
        var profile = _profiles.Find(Found.Hints) ?? first;
        Use(profile, service);
        var tools = new WalkTools(_walk, Found, profile, _rules);

        await new ManagerWalk(_walk, Found).RunAsync(managers, service.Has("Links/ManagerProvidingService") ? service.Link("Links/ManagerProvidingService") : null, cancellationToken);
        var systems = await CollectionAsync(service, "Systems", null, cancellationToken);
        var identity = new TrayIdentity(tools);
        await identity.RunAsync(systems, cancellationToken);
        try
        {
            await PartsAsync(tools, service, chassis, systems, cancellationToken);
        }
        finally
        {
            Found.Kind = identity.KindOf(systems);
            Found.Plan = ReadPlan.Compile(Found.Sources, _rules);
            Found.Watches = [.. WatchedPaths().Take(MostWatches).Select(path => new PlanRead(path, PlanForm.Member, PlanClass.Inventory, _rules.WatchSeconds, _walk.BytesOf(path), 0))];
        }

        return true;
    }

    // Leaks and power stand in chassis and equipment: they come first, so that a limit cuts firmware and reports and not them.
    private async Task PartsAsync(
        WalkTools tools, ResourceReader service, List<ResourceReader> chassis, List<ResourceReader> systems, CancellationToken cancellationToken)
    {
        var walk = new ChassisWalk(tools);
        foreach (var body in chassis)
        {
            await walk.RunAsync(body, cancellationToken);
        }

        await new SystemWalk(tools).RunAsync(systems, cancellationToken);
        var equipment = new EquipmentWalk(tools);
        if (await ServiceAsync(service, "PowerEquipment", cancellationToken) is { } power)
        {
            await equipment.PowerAsync(power, cancellationToken);
        }

        if (await ServiceAsync(service, "ThermalEquipment", cancellationToken) is { } cooling)
        {
            await equipment.CoolingAsync(cooling, cancellationToken);
        }

        if (LinkOf(service, "Fabrics") is { } fabrics)
        {
            await new FabricWalk(tools).RunAsync(fabrics, cancellationToken);
        }

        foreach (var body in chassis)
        {
            await walk.ReadingsAsync(body, cancellationToken);
        }

        await new SensorWalk(tools).NamedAsync(cancellationToken);
        if (await ServiceAsync(service, "UpdateService", cancellationToken) is { } update)
        {
            await new FirmwareWalk(tools).RunAsync(update, cancellationToken);
        }

        if (await ServiceAsync(service, "TelemetryService", cancellationToken) is { } telemetry)
        {
            await new TelemetryWalk(tools).RunAsync(telemetry, cancellationToken);
        }
    }

    // The manager (boots, firmware), the systems with accelerators or processors (power), the collections of those, the chassis.
    private IEnumerable<string> WatchedPaths()
    {
        static string Above(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
        var lists = Found.Parts.Where(part => part.Kind is WalkedKind.Accelerator or WalkedKind.Processor && part.Uri.Contains("/Processors/", StringComparison.OrdinalIgnoreCase))
            .OrderBy(part => part.Kind == WalkedKind.Processor).Select(part => Above(part.Uri)).Distinct(ResourcePaths.Comparer).Take(2).ToList();
        string[] manager = Found.Manager.Length > 0 ? [Found.Manager] : [];
        return [.. manager, .. lists.Select(Above), .. lists, $"{Root}/Chassis"];
    }

    private void Use(PlatformProfile profile, ResourceReader service)
    {
        if (Found.Profile == profile)
        {
            return;
        }

        Found.Profile = profile;
        _walk.Expand = ExpandQuery.Of(service, profile.Manners.Expand);
        _walk.Skip = profile.Manners.Skips;
    }

    private static string? LinkOf(ResourceReader service, string name) => service.Has(name) ? service.Link(name) : null;

    // An absent link is an absent service, but for those that every BMC has: some drop links until they are reset, so the well-known path is
    // asked once.
    private async Task<List<ResourceReader>> CollectionAsync(ResourceReader service, string name, string? required, CancellationToken cancellationToken)
    {
        if (LinkOf(service, name) is { } link)
        {
            return await _walk.MembersAsync(link, required, cancellationToken);
        }

        var known = $"{Root}/{name}";
        if (await _walk.ProbeAsync(known, cancellationToken) is null)
        {
            return [];
        }

        _walk.Note(Root, name, "no link, but it is there");
        return await _walk.MembersAsync(known, required, cancellationToken);
    }

    private async Task<ResourceReader?> ServiceAsync(ResourceReader service, string name, CancellationToken cancellationToken)
    {
        if (LinkOf(service, name) is { } link)
        {
            return await _walk.ReadAsync(link, cancellationToken);
        }

        if (name is "PowerEquipment" or "ThermalEquipment" || await _walk.ProbeAsync($"{Root}/{name}", cancellationToken) is not { } body)
        {
            return null;
        }

        _walk.Note(Root, name, "no link, but it is there");
        return body;
    }

    private static IEnumerable<string> OemOf(ResourceReader body) => body.Has("Oem") ? body.Names("Oem") : [];

    private static IEnumerable<string> ModelsOf(ResourceReader body)
    {
        foreach (var text in new[] { body.Text("Model"), WalkTools.LastSegment(body.Uri) })
        {
            if (text is { Length: > 0 and <= 256 })
            {
                yield return text;
            }
        }
    }
}
