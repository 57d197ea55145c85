using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Leak detectors of a tray: those that see a leak, and those that cannot see. Roll-ups above them are not asked.</summary>
internal static class DetectorDrift
{
    public static void Compare(TraySight sight, HardwareBaselines baselines, TypicalTrays typical)
    {
        SurveyedComponent[] detectors = [.. sight.Bmc.Components.Where(component => component.Kind == SurveyedKind.LeakDetector)];
        foreach (var detector in detectors)
        {
            var said = $"{detector.Uri}: DetectorState {detector.DetectorState ?? "not said"}, State {detector.State ?? "not said"}, Health {detector.Health ?? "not said"}";
            switch (StateOf(detector))
            {
                case DetectorState.Leaking:
                    sight.Add(DriftKind.Leak, detector.Id, $"{detector.Id} dry", $"{detector.Id} {detector.DetectorState ?? detector.Health}", DriftEvidence.Report, said);
                    break;
                case DetectorState.Blind:
                    sight.Add(DriftKind.DetectorBlind, detector.Id, $"{detector.Id} seeing", $"{detector.Id} {detector.DetectorState ?? detector.State ?? "says nothing"}", DriftEvidence.Report, said);
                    break;
            }
        }

        var names = detectors.Select(detector => detector.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] lost = [.. sight.Earlier.SelectMany(look => look.Bmc.Components).Where(component => component.Kind == SurveyedKind.LeakDetector)
            .Select(component => component.Id).Distinct(StringComparer.OrdinalIgnoreCase).Where(name => !names.Contains(name))];
        foreach (var name in lost)
        {
            sight.Add(DriftKind.DetectorBlind, name, $"{name} seeing", $"{name} not listed", DriftEvidence.Report | DriftEvidence.EarlierSurvey, "the BMC listed it at an earlier look");
        }

        var declared = baselines.Find(sight.Device.At.Node, sight.Device.Sku, HardwareBaselines.LeakDetectors) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        if (lost.Length == 0 && (declared ?? typical.DetectorsOf(sight.Device.Sku)) is { } expected && detectors.Length < expected)
        {
            sight.Add(
                DriftKind.DetectorBlind, "count", string.Create(CultureInfo.InvariantCulture, $"{expected} leak detectors"), string.Create(CultureInfo.InvariantCulture, $"{detectors.Length} listed"),
                DriftEvidence.Report, declared is not null ? $"baseline of {sight.Device.Sku}" : $"most trays of {sight.Device.Sku} list {expected}");
        }
    }

    /// <summary>What a detector says of itself, never what stands above it.</summary>
    public static DetectorState StateOf(SurveyedComponent detector) => detector switch
    {
        { DetectorState: "Critical" or "Warning" } or { Health: "Critical" or "Warning" } => DetectorState.Leaking,
        { State: not null and not "Enabled" and not "StandbyOffline" and not "StandbySpare" and not "Starting" and not "InTest" } => DetectorState.Blind,
        { DetectorState: "OK" } => DetectorState.Seeing,
        { DetectorState: null, Health: "OK" } => DetectorState.Seeing,
        _ => DetectorState.Blind,
    };
}

/// <summary>Whether a leak detector does its work.</summary>
internal enum DetectorState : byte
{
    /// <summary>It sees, and it is dry.</summary>
    Seeing,

    /// <summary>It sees a leak.</summary>
    Leaking,

    /// <summary>It is absent, unavailable, or says nothing.</summary>
    Blind,
}

/// <summary>What most trays of a SKU have: for what neither build nor baseline says.</summary>
internal sealed class TypicalTrays(IEnumerable<(IntendedDevice Device, SurveyedBmc Bmc)> found)
{
    private const int LeastTrays = 3;

    private readonly Dictionary<string, int> _detectors = found.Where(pair => pair.Device.Sku is not null).GroupBy(pair => pair.Device.Sku!, StringComparer.Ordinal)
        .Select(group => (Sku: group.Key, Total: group.Count(), Most: group.GroupBy(pair => pair.Bmc.Components.Count(component => component.Kind == SurveyedKind.LeakDetector)).MaxBy(same => same.Count())!))
        .Where(sku => sku.Total >= LeastTrays && sku.Most.Count() * 3 >= sku.Total * 2)
        .ToDictionary(sku => sku.Sku, sku => sku.Most.Key, StringComparer.Ordinal);

    /// <summary>How many leak detectors at least two thirds of a SKU's trays list; null where they do not agree or are too few.</summary>
    public int? DetectorsOf(string? sku) => sku is not null && _detectors.TryGetValue(sku, out var count) ? count : null;
}
