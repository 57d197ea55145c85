using System.Globalization;

namespace Ampacity.Redfish;

/// <summary>
/// What a poller asks one BMC for, compiled from what a walk measured: metric reports first (specific ones before those of everything),
/// then collections that carry their members, then single resources; each only for values that no earlier read gives.
/// </summary>
/// <param name="Reads">In the order in which they win values; a poller orders them by class and phase.</param>
/// <param name="LeftOut">Sources that are not read, and why.</param>
public sealed record ReadPlan(IReadOnlyList<PlanRead> Reads, IReadOnlyList<PlanLeftOut> LeftOut)
{
    /// <summary>Nothing to read.</summary>
    public static readonly ReadPlan Empty = new([], []);

    /// <summary>GETs a minute.</summary>
    public double RequestsPerMinute => Reads.Sum(read => 60.0 / read.PeriodSeconds);

    /// <summary>Bytes of bodies a minute, as measured when it was planned.</summary>
    public double BytesPerMinute => Reads.Sum(read => read.Bytes * 60.0 / read.PeriodSeconds);

    /// <summary>Values of all reads, each counted once.</summary>
    public int Values => Reads.Sum(read => read.Values);

    /// <summary>What it costs the BMC, for people: <c>12 GET/min, 0.9 MB/min, 142 values</c>.</summary>
    public string Cost => string.Create(
        CultureInfo.InvariantCulture, $"{Rounded(RequestsPerMinute)} GET/min, {SizeOf(BytesPerMinute)}/min, {Values} values");

    /// <summary>
    /// Compiles a plan. Pure: the same sources give the same plan, whatever their order but for ties.
    /// </summary>
    /// <param name="sources">What can be read, each measured.</param>
    /// <param name="rules">Periods and limits.</param>
    public static ReadPlan Compile(IEnumerable<PlanSource> sources, PlanRules rules)
    {
        var reads = new List<PlanRead>();
        var leftOut = new List<PlanLeftOut>();
        var taken = new HashSet<string>(ResourcePaths.Comparer);
        var values = 0;

        // Within a form the urgent come first, so that a limit cuts temperatures and never a leak detector.
        var ordered = sources
            .Select(source => (Source: source, Class: MostUrgent(source.Values)))
            .OrderBy(pair => pair.Source.Form)
            .ThenBy(pair => pair.Source.Preference)
            .ThenBy(pair => pair.Class)
            .ThenByDescending(pair => pair.Source.Values.Count)
            .ThenBy(pair => pair.Source.Uri, StringComparer.Ordinal);
        foreach (var (source, _) in ordered)
        {
            var fresh = source.Values.Where(value => !taken.Contains(value.Key)).DistinctBy(value => value.Key, ResourcePaths.Comparer).ToList();
            var leaks = fresh.Count(value => value.Class == PlanClass.Leak);
            if (fresh.Count == 0)
            {
                leftOut.Add(new PlanLeftOut(source.Uri, source.Values.Count == 0 ? "gives nothing that becomes a series" : "all it gives comes from earlier reads"));
                continue;
            }

            if (leaks == 0 && values + fresh.Count > rules.MaxValues)
            {
                leftOut.Add(new PlanLeftOut(source.Uri, $"would make it more than {rules.MaxValues} values: {fresh.Count} more"));
                continue;
            }

            if (leaks == 0 && reads.Count >= rules.MaxReads)
            {
                leftOut.Add(new PlanLeftOut(source.Uri, $"would make it more than {rules.MaxReads} reads"));
                continue;
            }

            taken.UnionWith(fresh.Select(value => value.Key));
            values += fresh.Count - leaks;
            var kind = MostUrgent(fresh);
            reads.Add(new PlanRead(source.Uri, source.Form, kind, rules.SecondsOf(kind), source.Bytes, fresh.Count));
        }

        return new ReadPlan(reads, leftOut);
    }

    private static PlanClass MostUrgent(IReadOnlyList<PlanValue> values) =>
        values.Count == 0 ? PlanClass.Inventory : values.Min(value => value.Class);

    private static string Rounded(double number) => number switch
    {
        >= 9.95 => Math.Round(number).ToString(CultureInfo.InvariantCulture),
        >= 0.95 or 0 => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture),
        _ => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture),
    };

    private static string SizeOf(double bytes) => bytes switch
    {
        >= 100_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000:0.0} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000:0} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} bytes"),
    };
}
