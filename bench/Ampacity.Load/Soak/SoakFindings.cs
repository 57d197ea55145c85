using System.Globalization;
using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>What a soak found: counts to print, and what must not be.</summary>
internal sealed class SoakFindings
{
    private const int MostListed = 20;

    // A window's median moves by this much with when collections come, whatever the size.
    private const double FreeGrowthMegabytes = 12;

    // Counters of the server that say something was lost or went wrong in itself.
    private static readonly string[] Zero =
    [
        "ampacity_store_failed", "ampacity_store_seal_errors_total", "ampacity_tiers_errors_total", "ampacity_journal_upkeep_errors_total", "ampacity_journal_pack_errors_total",
        "ampacity_store_samples_too_old_total", "ampacity_store_samples_too_new_total", "ampacity_store_series_refused_total", "ampacity_store_block_read_errors_total",
        "ampacity_bmc_samples_refused_total", "ampacity_bmc_polls_not_written_total", "ampacity_events_lost_total",
    ];

    private readonly List<string> _counts = [];
    private readonly List<string> _wrong = [];
    private readonly Dictionary<FaultKind, int> _explained = [];
    private readonly List<string> _unexplained = [];
    private int _series;
    private int _gaps;

    public HashSet<string> Macs { get; } = new(StringComparer.Ordinal);

    public bool IsClean => _wrong.Count == 0 && _unexplained.Count == 0;

    public void AddSeries(string mac)
    {
        _series++;
        Macs.Add(mac);
    }

    public void Add(SeriesGap gap, FaultRule? cause, SoakClock clock)
    {
        _gaps++;
        if (cause is not null)
        {
            _explained[cause.Do] = _explained.GetValueOrDefault(cause.Do) + 1;
        }
        else
        {
            _unexplained.Add(FormattableString.Invariant(
                $"{gap.Mac} {gap.Series}: no sample from {clock.Second(gap.FromMs):0.0} s to {clock.Second(gap.ToMs):0.0} s, period {gap.PeriodMs / 1000} s"));
        }
    }

    public void Silent(IEnumerable<string> places) => _wrong.AddRange(places.Select(place => $"{place}: not one sample"));

    public void Events(int expected, IReadOnlyList<FaultRule> missing)
    {
        _counts.Add(FormattableString.Invariant($"leaks and lost feeds that lasted long enough: {expected}, of them in the ledger: {expected - missing.Count}"));
        _wrong.AddRange(missing.Select(rule => FormattableString.Invariant($"{rule.Do} at {rule.Place} from {rule.AtSeconds:0} s for {rule.ForSeconds:0} s is not in the ledger")));
    }

    public void Metrics(IReadOnlyDictionary<string, double> metrics)
    {
        _wrong.AddRange(Zero.Where(name => metrics[name] != 0).Select(name => FormattableString.Invariant($"{name} is {metrics[name]}")));

        // A poll that ends in a bug of ours is a failure of no kind of request.
        var (failures, requests) = (metrics["ampacity_bmc_report_failures_total"], metrics["ampacity_bmc_request_failures_total"]);
        _counts.Add(FormattableString.Invariant($"bodies read: {metrics["ampacity_bmc_reports_read_total"]}, failed: {failures}, changes seen: {metrics["ampacity_bmc_changes_total"]}, events kept: {metrics["ampacity_events_kept_total"]}"));
        if (failures > requests)
        {
            _wrong.Add(FormattableString.Invariant($"{failures - requests} polls ended in a bug of ours"));
        }

        if (requests == 0)
        {
            _wrong.Add("not one request failed: the faults were not met");
        }
    }

    public void Memory(string what, IReadOnlyList<double> windows, double most)
    {
        _counts.Add($"{what} of each window after the warm-up, MB: {string.Join(' ', windows.Select(megabytes => megabytes.ToString("0.0", CultureInfo.InvariantCulture)))}");
        if (windows.Any(double.IsNaN) || windows[^1] > (windows[0] * (1 + most)) + FreeGrowthMegabytes)
        {
            _wrong.Add($"{what} has grown");
        }
    }

    public void Sessions(SessionWatch watch, IReadOnlyList<SimulatedEndpoint> bmcs)
    {
        _counts.Add(FormattableString.Invariant(
            $"sessions: at most {watch.MostOpen} open at one time, {bmcs.Sum(bmc => bmc.SessionCount)} ever, {bmcs.Sum(bmc => bmc.LiveSessions)} at the end; listeners: at most {watch.MostListening}, {bmcs.Sum(bmc => bmc.LiveListeners)} at the end; requests {bmcs.Sum(bmc => bmc.RequestCount)}"));
        _wrong.AddRange(watch.Leaks);
        if (watch.MostOpen == 0)
        {
            _wrong.Add("not one session was seen");
        }
    }

    public void Left(IEnumerable<string> left)
    {
        var lines = left.ToArray();
        _counts.Add(FormattableString.Invariant($"BMCs with something open after the server's end: {lines.Length}"));
        _wrong.AddRange(lines);
    }

    public void Ended(int exitCode, string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] bad = ["fail:", "crit:", "Unhandled", "Bug", "Exception"];
        var errors = lines.Where(line => bad.Any(word => line.Contains(word, StringComparison.Ordinal))).ToArray();
        _counts.Add(FormattableString.Invariant($"log: {lines.Length} lines, {lines.Count(line => line.StartsWith("warn:", StringComparison.Ordinal))} warnings, {errors.Length} errors; exit code {exitCode}"));
        _wrong.AddRange(errors.Take(MostListed).Select(line => "log: " + line));
        if (exitCode != 0)
        {
            _wrong.Add(FormattableString.Invariant($"the server exited with {exitCode}"));
        }
    }

    public void Print(Action<string> say)
    {
        _counts.ForEach(say);
        say(FormattableString.Invariant($"series: {_series} of {Macs.Count} BMCs; gaps: {_gaps}, explained: {_gaps - _unexplained.Count} ({string.Join(", ", _explained.OrderBy(one => one.Key).Select(one => FormattableString.Invariant($"{one.Key} {one.Value}")))})"));
        foreach (var line in _wrong.Concat(_unexplained.Take(MostListed).Select(gap => "unexplained gap: " + gap)))
        {
            say("WRONG: " + line);
        }

        say(FormattableString.Invariant($"total: {_series} series, {_gaps} gaps, {_unexplained.Count} unexplained, {_wrong.Count} other findings: {(IsClean ? "clean" : "FAILED")}"));
    }
}
