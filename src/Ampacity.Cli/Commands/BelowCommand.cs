using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>below</c>: everything that a power or cooling node serves.</summary>
internal static class BelowCommand
{
    public static Command Make()
    {
        var node = new Argument<string>("node") { Description = "A power or cooling node, by path." };
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 10,000.", DefaultValueFactory = _ => 50 };
        limit.Within(1, 10_000);
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "below", "Show everything that a power node feeds, or a cooling node cools.\n\nExample:  ampacity below site/hall/ups-a") { node, limit, asOf, knownAt };
        command.SetAction(async (arguments, cancel) =>
        {
            var path = arguments.GetValue(node)!.Trim('/');
            var times = new QueryText().Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt)).ToString();
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var place = await server.GetAsync<Page<PlaceRow>>($"api/fleet/v1/places/{path}{times}", cancel);
            var isCooling = place.Items[0].Kind is "Plant" or "Loop" or "Cdu" or "Manifold";
            var query = new QueryText().Add("of", path).Add("limit", arguments.GetValue(limit).ToString(CultureInfo.InvariantCulture))
                .Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            var json = await server.SendAsync(HttpMethod.Get, $"api/fleet/v1/{(isCooling ? "cooling" : "power")}/below{query}", null, cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else if (isCooling)
            {
                Print(json.Deserialize<CooledAnswer>(RestJson.Options)!);
            }
            else
            {
                Print(json.Deserialize<FedAnswer>(RestJson.Options)!);
            }

            return CommandRun.Done;
        });
        return command;
    }

    private static void Print(FedAnswer answer)
    {
        Screen.Say($"{answer.Of} feeds {Screen.Count(answer.Racks)} racks; {Screen.Count(answer.SoleRacks)} of them have no other way.");
        if (answer.ShareWatts is { } share)
        {
            Screen.Say($"Design draw {Screen.Power(answer.DesignWatts)} at rack input, {Screen.Power(share)} of it this way"
                + $"{(answer.LimitWatts is { } limit ? $"; its limit is {Screen.Power(limit)}" : "")}.");
        }

        Screen.Fitted(
            [("node", 0, false), ("kind", 1, false), ("share", 0, true), ("only way", 2, false)],
            answer.Nodes.Select(row => new[] { row.Path, row.Kind, row.Share.ToString("0.#%", CultureInfo.InvariantCulture), row.IsSole ? "yes" : "no" }));
        More(answer.IsCut);
    }

    private static void Print(CooledAnswer answer)
    {
        Screen.Say($"{answer.Of} cools {Screen.Count(answer.Racks)} racks; {Screen.Count(answer.SoleRacks)} of them have nothing else.");
        if (answer.DesignWatts is { } watts)
        {
            Screen.Say($"Design draw {Screen.Power(watts)} at rack input{(answer.CapacityWatts is { } capacity ? $"; its capacity is {Screen.Power(capacity)}" : "")}.");
        }

        Screen.Fitted(
            [("node", 0, false), ("kind", 1, false), ("only cooling", 2, false)],
            (answer.Nodes ?? []).Select(row => new[] { row.Path, row.Kind, row.IsSole ? "yes" : "no" }));
        More(answer.IsCut == true);
    }

    private static void More(bool isCut)
    {
        if (isCut)
        {
            Screen.Note("There is more: raise --limit.");
        }
    }
}
