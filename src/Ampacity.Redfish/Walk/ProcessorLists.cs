namespace Ampacity.Redfish;

/// <summary>A processor as one system lists it.</summary>
internal sealed record ListedProcessor(ResourceReader System, ResourceReader Body)
{
    public string? Chassis { get; } = Body.Has("Links/Chassis") ? Body.Link("Links/Chassis")?.TrimEnd('/') : null;

    public string? Serial { get; } = Body.Identity("SerialNumber");

    public string? Uuid { get; } = Body.Identity("UUID");

    public string Id { get; } = Body.Text("Id") ?? WalkTools.LastSegment(Body.Uri);

    public WalkedKind Kind { get; init; } = KindOf(Body);

    /// <summary>Null for what is no part: cores, threads and partitions.</summary>
    public static bool IsPart(ResourceReader body) => body.Text("ProcessorType") is not ("Core" or "Thread" or "Partition");

    // FPGAs of a baseboard are no accelerators that anybody counts. What firmware cannot name, its Id must.
    private static WalkedKind KindOf(ResourceReader body)
    {
        switch (body.Text("ProcessorType"))
        {
            case "GPU" or "Accelerator":
                return WalkedKind.Accelerator;
            case "CPU":
                return WalkedKind.Processor;
            case null or "" or "OEM" when IsNamedAccelerator(body.Text("Id") ?? WalkTools.LastSegment(body.Uri)):
                body.Note("ProcessorType", "does not say what it is: taken for an accelerator by its Id");
                return WalkedKind.Accelerator;
            case null or "":
                return WalkedKind.Processor;
            default:
                return WalkedKind.Other;
        }
    }

    private static bool IsNamedAccelerator(string id)
    {
        foreach (var word in (ReadOnlySpan<string>)["OAM", "GPU", "XPU", "TPU", "NPU", "IPU", "ACCEL"])
        {
            if (id.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// Makes parts of lists of processors: the one that two systems of a tray list is one part, and dies that share a package are in it.
/// </summary>
internal static class ProcessorLists
{
    // MI250X has two dies a package; nothing has over four.
    private const int MostDies = 4;

    /// <summary>Adds the parts and returns what each stands for, the first listing of each.</summary>
    public static List<ListedProcessor> Merge(IReadOnlyList<ListedProcessor> listed, WalkedHardware found, WalkTools tools)
    {
        var kept = new List<ListedProcessor>();
        foreach (var processor in listed)
        {
            if (!ListedProcessor.IsPart(processor.Body) || processor.Body.Text("Status/State") is "Absent")
            {
                continue;
            }

            if (kept.FindIndex(known => IsSame(known, processor)) is var index and >= 0)
            {
                kept[index] = Better(kept[index], processor);
                continue;
            }

            kept.Add(processor);
        }

        var packages = PackagesOf(kept);
        for (var index = 0; index < kept.Count; index++)
        {
            var package = packages.GetValueOrDefault(kept[index]);
            if (package is not null && found.At(package) is null)
            {
                var dies = kept.Where(other => packages.GetValueOrDefault(other) == package).ToList();
                tools.Add(PackageOf(package, dies, found, tools));
                dies[0].Body.Note("", $"one of {dies.Count} dies of one package");
            }

            kept[index] = package is null ? kept[index] : kept[index] with { Kind = WalkedKind.AcceleratorDie };
            Add(kept[index], package, found, tools);
        }

        foreach (var processor in listed.Except(kept))
        {
            if (kept.Find(known => IsSame(known, processor)) is { } same && found.At(same.Body.Uri) is { } part)
            {
                found.Alias(processor.Body.Uri, part);
            }
        }

        NoteSerials(kept);
        return kept;
    }

    /// <summary>Whether two lists mean one processor. Within one list there is nothing twice.</summary>
    public static bool IsSame(ListedProcessor a, ListedProcessor b)
    {
        if (ResourcePaths.Comparer.Equals(a.System.Uri, b.System.Uri) || (a.Kind == WalkedKind.Accelerator) != (b.Kind == WalkedKind.Accelerator))
        {
            return ResourcePaths.Comparer.Equals(a.Body.Uri, b.Body.Uri);
        }

        // Where it sits says most: serials of a whole tray may be one and the same.
        if (a.Chassis is not null && b.Chassis is not null)
        {
            return ResourcePaths.Comparer.Equals(a.Chassis, b.Chassis) && (a.Id == b.Id || a.Serial is not null && a.Serial == b.Serial);
        }

        if (a.Uuid is not null && b.Uuid is not null)
        {
            return string.Equals(a.Uuid, b.Uuid, StringComparison.OrdinalIgnoreCase);
        }

        if (a.Serial is not null && b.Serial is not null)
        {
            return a.Serial == b.Serial;
        }

        // Two blades of one enclosure each have a "CPU1"; two systems of one tray do not have serials that differ.
        return a.Id == b.Id && !Differ(a.System, b.System, "SerialNumber") && !Differ(a.System, b.System, "UUID");
    }

    private static bool Differ(ResourceReader a, ResourceReader b, string property) =>
        IdentityText.Clean(a.Text(property)) is { } one && IdentityText.Clean(b.Text(property)) is { } other && !string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static ListedProcessor Better(ListedProcessor a, ListedProcessor b) => Weight(b) > Weight(a) ? b : a;

    private static int Weight(ListedProcessor listed) =>
        (listed.Serial is null ? 0 : 4) + (listed.Chassis is null ? 0 : 2) + (listed.Body.Has("Ports") ? 1 : 0) + (listed.Body.Has("Model") ? 1 : 0);

    // Accelerators of one system that share a module of their own, or of which every serial stands on equally many.
    private static Dictionary<ListedProcessor, string> PackagesOf(List<ListedProcessor> kept)
    {
        var packages = new Dictionary<ListedProcessor, string>();
        foreach (var system in kept.Where(processor => processor.Kind == WalkedKind.Accelerator).GroupBy(processor => processor.System.Uri, ResourcePaths.Comparer))
        {
            var all = system.ToList();
            var byChassis = all.GroupBy(processor => processor.Chassis, ResourcePaths.Comparer!).ToList();
            if (byChassis.Count > 1)
            {
                Share(byChassis.Where(group => group.Key is not null), group => group.Key!);
                continue;
            }

            var bySerial = all.GroupBy(processor => processor.Serial, StringComparer.Ordinal).ToList();
            if (bySerial.Count > 1 && bySerial.TrueForAll(group => group.Key is not null && group.Count() == bySerial[0].Count()))
            {
                Share(bySerial, group => $"{group.First().Body.Uri}#package");
            }
        }

        return packages;

        void Share(IEnumerable<IGrouping<string?, ListedProcessor>> groups, Func<IGrouping<string?, ListedProcessor>, string> key)
        {
            foreach (var group in groups)
            {
                var members = group.ToList();
                var serials = members.Select(member => member.Serial).OfType<string>().Distinct().Count();
                if (members.Count is > 1 and <= MostDies && serials <= 1)
                {
                    members.ForEach(member => packages[member] = key(group));
                }
            }
        }
    }

    private static WalkedPart PackageOf(string package, List<ListedProcessor> dies, WalkedHardware found, WalkTools tools)
    {
        var first = tools.PartOf(dies[0].Body, WalkedKind.Accelerator);
        var name = package.EndsWith("#package", StringComparison.Ordinal) ? $"{first.Id}+{dies.Count - 1}" : WalkTools.LastSegment(package);
        return first with { Uri = package, Id = name, Serial = dies.Select(die => die.Serial).FirstOrDefault(serial => serial is not null), Uuid = null };
    }

    private static void Add(ListedProcessor processor, string? package, WalkedHardware found, WalkTools tools)
    {
        var part = tools.PartOf(processor.Body, processor.Kind, package);
        if (part.Serial is null && part.Kind == WalkedKind.Accelerator && found.SerialOfChassis(processor.Chassis, processor.Id) is { } serial)
        {
            processor.Body.Note("SerialNumber", $"none of its own: taken from {serial.Source}");
            part = part with { Serial = serial.Value };
        }

        if (part.Serial is null && part.Kind == WalkedKind.Accelerator)
        {
            processor.Body.Note("SerialNumber", "an accelerator without a serial number");
        }

        tools.Add(part);
    }

    private static void NoteSerials(List<ListedProcessor> kept)
    {
        foreach (var twice in kept.Where(processor => processor is { Kind: WalkedKind.Accelerator, Serial: not null }).GroupBy(processor => processor.Serial, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            foreach (var processor in twice)
            {
                processor.Body.Note("SerialNumber", $"'{twice.Key}' stands on {twice.Count()} accelerators");
            }
        }
    }
}
