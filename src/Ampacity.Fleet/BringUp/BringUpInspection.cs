using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Answers the questions of a rack's bring-up from drift and surveys. Pure.</summary>
public sealed class BringUpInspection
{
    private const int GoodLinesMax = 100;

    // Below a twentieth of its design draw a rack is off or not read whole; guessed from idle measurements, which are a quarter and more.
    private const double LeastShareOfDesign = 0.05;

    private static readonly SkuKind[] WithBmc = [SkuKind.ComputeTray, SkuKind.SwitchTray, SkuKind.PowerShelf, SkuKind.Node, SkuKind.Switch, SkuKind.Storage, SkuKind.Cdu, SkuKind.Pdu];

    private readonly FleetGraph _graph;
    private readonly int _rack;
    private readonly RackBuild? _build;
    private readonly IReadOnlyList<(IntendedDevice Device, SurveyedBmc Bmc)> _found;
    private readonly IReadOnlyList<IntendedDevice> _devices;
    private readonly IReadOnlyList<DriftRow> _rows;
    private readonly IntendedHardware _intent;

    private BringUpInspection(int rack, IntendedHardware intent, HardwareLooks seen, DriftReport drift)
    {
        (_graph, _rack, _intent) = (intent.View.Graph, rack, intent);
        _build = _graph.BuildOf(rack);
        var racks = new HashSet<int> { rack };
        var match = new DriftMatch(intent, seen, []);
        match.Run();
        _found = [.. match.Found.Where(pair => pair.Device.At.Node == rack)];
        _devices = intent.In(racks).Devices;
        _rows = [.. drift.Rows.Where(row => row.At?.Node == rack || row.OtherAt?.Node == rack)];
    }

    /// <summary>Inspects a rack.</summary>
    /// <param name="rack">Its node ordinal.</param>
    /// <param name="intent">What should be there.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="drift">Where they disagree.</param>
    /// <param name="drawWatts">What the rack draws now, W at rack input; null where nothing of it is read.</param>
    /// <param name="designWatts">Design draw of its SKU, W at rack input; null where nobody claims one.</param>
    public static BringUpReport Of(int rack, IntendedHardware intent, HardwareLooks seen, DriftReport drift, double? drawWatts, double? designWatts)
    {
        var inspection = new BringUpInspection(rack, intent, seen, drift);
        return new BringUpReport(
            intent.View.Graph.PathOf(rack), intent.View.Graph.NodeOf(rack)?.Sku, drift.SurveyBeganMs, drift.SurveyEndedMs,
            [
                inspection.Complete(), inspection.Serials(), inspection.Components(), inspection.Firmware(), inspection.Links(), inspection.LeakDetectors(), Power(drawWatts, designWatts),
            ]);
    }

    private BringUpCheck Complete()
    {
        if (_build is null)
        {
            return Unknown("complete", "Is everything there?", "the rack pins no SKU, so nothing says what belongs into it");
        }

        var evidence = new List<CheckEvidence>();
        var byPlace = _devices.ToDictionary(device => device.At);
        var answered = _found.ToDictionary(pair => pair.Device.At, pair => pair.Bmc);
        DriftKind[] wrong = [DriftKind.Missing, DriftKind.Dead, DriftKind.Unreadable, DriftKind.TrayReplaced, DriftKind.WrongSlot, DriftKind.Swapped, DriftKind.MacTwice, DriftKind.WrongSku];
        foreach (var part in _build.Parts.Where(part => part.Kind == PartKind.Slot && part.Parent == 0 && WithBmc.Contains(part.SkuKind)))
        {
            var key = new StableKey(_rack, part.Ordinal);
            var drift = _rows.FirstOrDefault(row => (row.At == key || row.OtherAt == key) && wrong.Contains(row.Kind));
            evidence.Add(drift is not null ? Line(key, drift.Kind is DriftKind.Unreadable or DriftKind.MacTwice ? CheckState.NotVerifiable : CheckState.Fail, $"{Word(drift.Kind)}: {drift.Seen ?? drift.Why}")
                : answered.TryGetValue(key, out var bmc) ? Line(key, CheckState.Pass, $"BMC {bmc.Mac} at {bmc.Address}")
                : Line(key, CheckState.NotVerifiable, byPlace.ContainsKey(key) ? "declared without a MAC, and no BMC reports its serial" : $"no {Word(part.SkuKind)} is declared there, so no BMC can be matched to it"));
        }

        foreach (var (device, bmc) in _found.Where(pair => _build.PartAt(pair.Device.At.Part) is not { Kind: PartKind.Slot, Parent: 0 }))
        {
            evidence.Add(Line(device.At, CheckState.Pass, $"BMC {bmc.Mac} at {bmc.Address}"));
        }

        return Check("complete", "Is everything there?", evidence, "trays");
    }

    private BringUpCheck Serials()
    {
        var evidence = new List<CheckEvidence>();
        DriftKind[] wrong = [DriftKind.SerialDiffers, DriftKind.SerialTwice, DriftKind.WrongSlot, DriftKind.Swapped, DriftKind.TrayReplaced, DriftKind.WrongPart, DriftKind.RecordedTwice];
        foreach (var device in _devices)
        {
            var bmc = _found.FirstOrDefault(pair => pair.Device == device).Bmc;
            var drift = _rows.FirstOrDefault(row => (row.At == device.At || row.OtherAt == device.At) && wrong.Contains(row.Kind));
            evidence.Add(drift is not null ? Line(device.At, CheckState.Fail, $"{Word(drift.Kind)}: expected {drift.Expected}, seen {drift.Seen}")
                : bmc is null ? Line(device.At, CheckState.NotVerifiable, "its BMC was not seen")
                : device.Serial is null ? Line(device.At, CheckState.NotVerifiable, $"no serial is declared; the BMC reports {bmc.Serial?.Value ?? "none"}")
                : bmc.Serial is null ? Line(device.At, CheckState.NotVerifiable, $"serial {device.Serial} is declared; the BMC reports none")
                : Line(device.At, CheckState.Pass, $"serial {device.Serial} ({bmc.Serial.Source})"));
        }

        return Check("serials", "Are the right ones there?", evidence, "serials");
    }

    private BringUpCheck Components()
    {
        var evidence = new List<CheckEvidence>();
        foreach (var (device, bmc) in _found.Where(pair => !pair.Device.Parts.IsEmpty))
        {
            DriftRow[] wrong = [.. _rows.Where(row => row.Asset == device.Asset && row.Kind is DriftKind.ComponentMissing or DriftKind.ComponentExtra)
                .Concat(_rows.Where(row => row.Kind == DriftKind.ComponentReplaced && row.At?.Node == _rack && device.Parts.Any(part => part.Ordinal == row.At.Value.Part)))];
            var blind = _rows.Where(row => row.At == device.At && row.Kind == DriftKind.NotVerifiable && row.Detail is "Accelerator" or "Processor" or "PowerSupply").ToArray();
            var unhealthy = bmc.Components.Where(component => ComponentDrift.IsThere(component) && component.Health == "Critical" && component.Kind != SurveyedKind.LeakDetector).ToArray();
            evidence.Add(wrong.Length > 0 ? Line(device.At, CheckState.Fail, string.Join("; ", wrong.Select(row => $"{Word(row.Kind)} {row.Detail}")))
                : unhealthy.Length > 0 ? Line(device.At, CheckState.Fail, $"health is critical of {string.Join(", ", unhealthy.Select(component => component.Id))}")
                : blind.Length > 0 ? Line(device.At, CheckState.NotVerifiable, string.Join("; ", blind.Select(row => row.Why)))
                : Line(device.At, CheckState.Pass, string.Join(", ", device.Parts.GroupBy(part => part.Kind).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count()} {Word(kind.Key)}")))));
        }

        return evidence.Count == 0 ? Unknown("components", "Is each tray whole?", "no tray whose build names components was seen") : Check("components", "Is each tray whole?", evidence, "trays");
    }

    private BringUpCheck Firmware()
    {
        var evidence = new List<CheckEvidence>();
        foreach (var (device, bmc) in _found)
        {
            var rules = _intent.Baselines.For(_rack, device.Sku).Count(fact => fact.Property is not (HardwareBaselines.Model or HardwareBaselines.Part or HardwareBaselines.LeakDetectors)) + device.Firmware.Length;
            DriftRow[] wrong = [.. _rows.Where(row => row.At == device.At && row.Kind == DriftKind.WrongFirmware)];
            var versions = bmc.Firmware.Count(entry => entry.Version is not null);
            evidence.Add(wrong.Length > 0 ? Line(device.At, CheckState.Fail, string.Join("; ", wrong.Select(row => $"{row.Expected}, seen {row.Seen}")))
                : rules == 0 ? Line(device.At, CheckState.NotVerifiable, $"no baseline is declared for {device.Sku ?? "it"}")
                : versions == 0 ? Line(device.At, CheckState.NotVerifiable, "the BMC lists no firmware version")
                : Matches(device, bmc) is var matched and > 0 ? Line(device.At, CheckState.Pass, string.Create(CultureInfo.InvariantCulture, $"{matched} entries as the baseline says"))
                : Line(device.At, CheckState.NotVerifiable, "the BMC lists none of the entries that the baseline names"));
        }

        return evidence.Count == 0 ? Unknown("firmware", "Does it run the baseline?", "no BMC of it was seen") : Check("firmware", "Does it run the baseline?", evidence, "trays");
    }

    private int Matches(IntendedDevice device, SurveyedBmc bmc)
    {
        string[] about = [.. _intent.Baselines.For(_rack, device.Sku).Select(fact => fact.Property), .. device.Firmware.Select(firmware => firmware.Component)];
        return bmc.Firmware.Count(entry => entry.Version is not null && about.Any(id => BaselineText.IsAbout(id, entry.Id)));
    }

    private BringUpCheck Links()
    {
        var evidence = new List<CheckEvidence>();
        foreach (var (device, bmc) in _found.Where(pair => pair.Bmc.Ports.Count > 0 || !pair.Device.Cables.IsEmpty))
        {
            DriftRow[] wrong = [.. _rows.Where(row => row.At == device.At && row.Kind is DriftKind.LinkDown or DriftKind.Recabled)];
            var (up, down) = (bmc.Ports.Count(PortDrift.IsUp), bmc.Ports.Count(PortDrift.IsDown));
            evidence.Add(wrong.Length > 0 ? Line(device.At, CheckState.Fail, string.Join("; ", wrong.Select(row => $"{row.Expected}, seen {row.Seen}")))
                : up == 0 ? Line(device.At, CheckState.NotVerifiable, string.Create(CultureInfo.InvariantCulture, $"no port says that its link is up; {down} are down, {bmc.Ports.Count - down} say nothing"))
                : Line(device.At, CheckState.Pass, string.Create(CultureInfo.InvariantCulture, $"{up} links up{(down > 0 ? $", {down} down that nobody declared and that never were up" : "")}")));
        }

        return evidence.Count == 0 ? Unknown("links", "Are the links up?", "no BMC of it lists ports") : Check("links", "Are the links up?", evidence, "trays");
    }

    private BringUpCheck LeakDetectors()
    {
        var evidence = new List<CheckEvidence>();
        foreach (var (device, bmc) in _found)
        {
            DriftRow[] rows = [.. _rows.Where(row => row.At == device.At && row.Kind is DriftKind.Leak or DriftKind.DetectorBlind)];
            var seeing = bmc.Components.Count(component => component.Kind == SurveyedKind.LeakDetector && DetectorDrift.StateOf(component) == DetectorState.Seeing);
            if (rows.Length > 0)
            {
                evidence.Add(Line(device.At, CheckState.Fail, string.Join("; ", rows.Select(row => $"{Word(row.Kind)}: {row.Seen}"))));
            }
            else if (seeing > 0)
            {
                evidence.Add(Line(device.At, CheckState.Pass, string.Create(CultureInfo.InvariantCulture, $"{seeing} see, and are dry")));
            }
            else if (device.Kind == SkuKind.ComputeTray)
            {
                evidence.Add(Line(device.At, CheckState.NotVerifiable, "the BMC lists no leak detector"));
            }
        }

        return evidence.Count == 0 ? Unknown("leakDetectors", "Do the leak detectors see?", "no BMC of it lists a leak detector") : Check("leakDetectors", "Do the leak detectors see?", evidence, "trays");
    }

    private static BringUpCheck Power(double? drawWatts, double? designWatts)
    {
        const string Name = "power", Question = "Is its power within the band?";
        if (drawWatts is not { } draw)
        {
            return Unknown(Name, Question, "nothing of the rack is read now");
        }

        if (designWatts is not { } design || design <= 0)
        {
            return Unknown(Name, Question, string.Create(CultureInfo.InvariantCulture, $"it draws {draw / 1000:0.0} kW at rack input; nobody claims a design draw to hold that against"));
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"it draws {draw / 1000:0.0} kW; the band is {design * LeastShareOfDesign / 1000:0.0} to {design / 1000:0.0} kW at rack input, by its design draw");
        var state = draw >= design * LeastShareOfDesign && draw <= design ? CheckState.Pass : CheckState.Fail;
        return new BringUpCheck(Name, Question, state, text, [new CheckEvidence("", state, text)]);
    }

    private static BringUpCheck Check(string name, string question, List<CheckEvidence> evidence, string things)
    {
        var (good, bad) = (evidence.Count(line => line.State == CheckState.Pass), evidence.Count(line => line.State == CheckState.Fail));
        var state = bad > 0 ? CheckState.Fail : good == evidence.Count && good > 0 ? CheckState.Pass : CheckState.NotVerifiable;
        var open = evidence.Count - good - bad;
        return new BringUpCheck(
            name, question, state,
            string.Create(CultureInfo.InvariantCulture, $"{good} of {evidence.Count} {things} right{(bad > 0 ? $", {bad} wrong" : "")}{(open > 0 ? $", {open} not verifiable" : "")}"),
            [.. evidence.Where(line => line.State == CheckState.Fail), .. evidence.Where(line => line.State == CheckState.NotVerifiable), .. evidence.Where(line => line.State == CheckState.Pass).Take(GoodLinesMax)]);
    }

    private static BringUpCheck Unknown(string name, string question, string why) => new(name, question, CheckState.NotVerifiable, why, [new CheckEvidence("", CheckState.NotVerifiable, why)]);

    private CheckEvidence Line(StableKey place, CheckState state, string text) => new(_graph.PathOf(place), state, text);

    private static string Word<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, at) => char.IsAsciiLetterUpper(c) ? (at == 0 ? "" : " ") + char.ToLowerInvariant(c) : $"{c}"));
}
