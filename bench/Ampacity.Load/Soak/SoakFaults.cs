using System.Text.Json.Nodes;
using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>Faults of every kind, again and again, at BMCs drawn from a seed; no BMC has two at one time, and a third of the rack has none at all.</summary>
internal static class SoakFaults
{
    private const int MostRules = 900; // the simulator takes 1,000
    private const double RoundSeconds = 150;

    /// <summary>The rules. Times are from the start of the simulation.</summary>
    /// <param name="trays">The rack.</param>
    /// <param name="options">How long, and the seed.</param>
    /// <param name="offsetSeconds">Simulated seconds at which the reading begins.</param>
    public static IReadOnlyList<FaultRule> Plan(IReadOnlyList<SimulatedTray> trays, SoakOptions options, double offsetSeconds)
    {
        var random = new Random(options.Seed);
        var chosen = trays.OrderBy(_ => random.Next()).Take(trays.Count * 2 / 3).ToArray();
        var freeFrom = new Dictionary<string, double>(StringComparer.Ordinal);
        var rules = new List<FaultRule>();
        var (least, most) = options.FaultSeconds;
        for (var round = options.FaultsFrom; round < options.FaultsUntil - least && rules.Count < MostRules; round += RoundSeconds)
        {
            foreach (var kind in Enumerable.Repeat(Enum.GetValues<FaultKind>(), options.FaultsOfKind).SelectMany(kinds => kinds))
            {
                var length = least + (random.NextDouble() * (most - least));
                var at = round + (random.NextDouble() * Math.Max(0, Math.Min(RoundSeconds, options.FaultsUntil - round) - length));
                var fit = chosen.Where(tray => Fits(kind, tray) && freeFrom.GetValueOrDefault(tray.Place) <= at).ToArray();
                if (fit.Length == 0 || at + length > options.FaultsUntil)
                {
                    continue; // all that could have it are still busy with another
                }

                var place = fit[random.Next(fit.Length)].Place;

                // Until its back-off is over and everything was read twice, so that a gap has one cause.
                freeFrom[place] = at + (2 * length) + 180;
                rules.Add(Rule(kind, place, random) with { AtSeconds = offsetSeconds + at, ForSeconds = length });
            }
        }

        return rules;
    }

    private static bool Fits(FaultKind kind, SimulatedTray tray) => kind switch
    {
        FaultKind.Leak => tray.Kind is SimulatedKind.NvidiaComputeTray or SimulatedKind.NvSwitchTray,
        FaultKind.PsuTrip or FaultKind.FeedLoss => tray.Kind == SimulatedKind.PowerShelf,
        FaultKind.GpuGone or FaultKind.CableSwap => tray.Kind == SimulatedKind.NvidiaComputeTray,
        _ => true,
    };

    private static FaultRule Rule(FaultKind kind, string place, Random random)
    {
        var rule = new FaultRule { Do = kind, Place = place };
        return kind switch
        {
            FaultKind.Status => random.Next(3) switch
            {
                0 => rule with { StatusCode = 500, Rate = 0.5 },
                1 => rule with { StatusCode = 503, RetryAfter = random.Next(2, 8) },
                _ => rule with { StatusCode = 404, Path = "*/Chassis/*" },
            },
            FaultKind.Delay => rule with { DelaySeconds = random.Next(2) == 0 ? 3 : 30 }, // within and beyond the client's 20 s
            FaultKind.Drop => rule with { Rate = random.Next(2) == 0 ? 0.3 : 1 },
            FaultKind.Merge => random.Next(2) == 0
                ? rule with { Path = "*/Sensors", Merge = new JsonObject { ["Members"] = null } }
                : rule with { Merge = new JsonObject { ["Status"] = new JsonObject { ["Health"] = "Critical" }, ["Name"] = 42 } },
            FaultKind.Flap => rule with { PeriodSeconds = random.Next(10, 40) },
            FaultKind.Leak => rule with { Part = random.Next(4) },
            FaultKind.PsuTrip => rule with { Part = random.Next(6) },
            FaultKind.FeedLoss => rule with { Part = random.Next(2) == 0 ? random.Next(6) : null },
            FaultKind.GpuGone => rule with { Part = random.Next(4) },
            FaultKind.CableSwap => rule with { Part = 0 },
            FaultKind.Serial => rule with { Text = "SOAK-OTHER" },
            FaultKind.Mac => rule with { Text = "02:5a:ff:ff:ff:01" },
            _ => rule,
        };
    }
}
