using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>whatif trip</c>: what happens when power nodes trip. Nothing is switched.</summary>
internal static class WhatIfCommand
{
    public static Command Make()
    {
        var nodes = new Argument<string[]>("node") { Description = "Power nodes that trip together, by path.", Arity = ArgumentArity.OneOrMore };
        var basis = new Option<DrawBasis>("--basis")
        {
            Description = "Whose watts: measured (newest readings) or design (the SKUs' claims).",
            DefaultValueFactory = _ => DrawBasis.Measured,
        };
        var trip = new Command("trip", "Say where the load goes when these nodes trip.\n\nExample:  ampacity whatif trip site/hall/ups-a") { nodes, basis };
        trip.SetAction(async (arguments, cancel) =>
        {
            var paths = arguments.GetValue(nodes)!;
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var json = await server.SendAsync(
                HttpMethod.Post, "api/fleet/v1/power/whatif", new TripRequest(paths, arguments.GetValue(basis)), cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(json);
                return CommandRun.Done;
            }

            Print(System.Text.Json.JsonSerializer.Deserialize<TripAnswer>(json, RestJson.Options)!);
            if (!server.IsOwn)
            {
                var link = string.Join('&', paths.Select(path => $"trip={path}"));
                Screen.Say($"On the page: {server.Url}?{link}&basis={arguments.GetValue(basis).ToString().ToLowerInvariant()}");
            }

            return CommandRun.Done;
        });
        return new Command("whatif", "Ask what would happen; nothing is switched.\n\nExample:  ampacity whatif trip site/hall/ups-a") { trip };
    }

    private static void Print(TripAnswer answer)
    {
        var known = answer.Basis == DrawBasis.Measured
            ? $"{answer.ComponentsRead} of {answer.ComponentsTotal} accelerators and processors read"
            : $"{answer.RacksRead} of {answer.RacksTotal} racks known";
        Screen.Say($"What if {string.Join(" and ", answer.Tripped)} {(answer.Tripped.Count == 1 ? "trips" : "trip")}, by "
            + $"{answer.Basis.ToString().ToLowerInvariant()} draw ({known}):");
        // A fleet has thousands of nodes; of those elsewhere only what changes is told.
        var sites = answer.Tripped.Select(path => path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        TripNodeRow[] nodes = [.. answer.Nodes.Where(node => sites.Contains(node.Path.Split('/')[0]) || !node.IsLive || node.AfterWatts != node.BeforeWatts)];
        Screen.Fitted(
            [("node", 0, false), ("kind", 3, false), ("before", 2, true), ("after", 0, true), ("limit", 1, true), ("headroom", 0, true), ("", 0, false)],
            nodes.Select(node => new[]
            {
                node.Path, node.Kind, Screen.Power(node.BeforeWatts), node.IsLive ? Screen.Power(node.AfterWatts) : "dark",
                Screen.Power(node.LimitWatts), Screen.Power(node.HeadroomWatts), Verdict(node),
            }));
        if (nodes.Length < answer.Nodes.Count)
        {
            Screen.Say($"{Screen.Count(answer.Nodes.Count - nodes.Length)} nodes of other sites carry what they carried.");
        }

        if (answer.DarkRacks.Count > 0)
        {
            Screen.Say($"{answer.DarkRacks.Count} {(answer.DarkRacks.Count == 1 ? "rack goes" : "racks go")} dark, {Screen.Power(answer.LostWatts)} lost: "
                + string.Join(", ", answer.DarkRacks.Take(20)) + (answer.DarkRacks.Count > 20 ? ", …" : ""));
        }
        else
        {
            Screen.Say("No rack goes dark.");
        }

        if (answer.Tightest is { HeadroomWatts: { } headroom } tightest)
        {
            Screen.Say($"Headroom left: {Screen.Power(headroom)} at {tightest.Path}.");
        }

        if (answer.NextToTrip is { SecondsToTrip: { } seconds } next)
        {
            Screen.Say(string.Create(
                CultureInfo.InvariantCulture, $"Overloaded: {next.Path} holds {seconds:0} s by its curve, then trips too."));
        }

        if (answer.Basis == DrawBasis.Measured)
        {
            Screen.Say((answer.ComponentsRead < answer.ComponentsTotal || answer.RacksRead < answer.RacksTotal
                ? "The headroom is less than it seems: what has no reading counts as nothing. " : "")
                + "Switch trays, shelves and fans are not counted: --basis design says what must be provided.");
        }
    }

    private static string Verdict(TripNodeRow node) =>
        node.SecondsToTrip is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"OVERLOAD, {seconds:0} s") : "";
}
