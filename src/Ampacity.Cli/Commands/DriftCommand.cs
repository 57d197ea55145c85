using System.CommandLine;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>drift</c>: where intent and the surveys disagree. Exit code 1 when they do.</summary>
internal static class DriftCommand
{
    public static Command Make()
    {
        var place = new Argument<string?>("place") { Description = "Only below this path.", Arity = ArgumentArity.ZeroOrOne };
        var kind = new Option<string?>("--kind") { Description = "Only of these kinds, with commas, such as swapped,boardSwapped." };
        var command = new Command("drift", "Compare what should be there with what the surveys saw.\n\nExample:  ampacity drift site/hall/r01") { place, kind };
        command.SetAction(async (arguments, cancel) =>
        {
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var asked = new QueryText().Add("place", arguments.GetValue(place)).Add("kind", arguments.GetValue(kind));
            var json = await server.SendAsync(HttpMethod.Get, $"api/fleet/v1/drift{asked}", null, cancel);
            var answer = json.Deserialize<DriftAnswer>(RestJson.Options)!;
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Print(answer);
            }

            return answer.Count == 0 ? CommandRun.Done : CommandRun.Refused;
        });
        return command;
    }

    private static void Print(DriftAnswer answer)
    {
        if (answer.Rows.Count > 0)
        {
            Screen.FittedOrEntries(
                [
                    ("place", 0, false), ("drift", 0, false), ("expected", 1, false), ("seen", 1, false), ("since", 3, false), ("sure", 2, false), ("id", 0, false), ("bmc", 5, false),
                    ("evidence", 6, false), ("to close it", 4, false),
                ],
                answer.Rows.Select(row => new[]
                {
                    row.Place.Length > 0 ? row.Place : "–", row.Kind, row.Expected ?? "–", row.Seen ?? "–", Screen.Time(row.SinceMs), row.Certainty, row.Id, row.Address ?? "–", row.Evidence, row.Proposal.Text,
                }));
        }

        if (answer.Next is not null)
        {
            Screen.Say($"{Screen.Count(answer.Rows.Count)} of {Screen.Count(answer.Count)} are shown; name a place or --kind for the others.");
        }

        Screen.Say($"{Screen.Count(answer.Matched)} BMCs are as declared, {Screen.Count(answer.Count)} {(answer.Count == 1 ? "difference" : "differences")}"
            + $"{(answer.Counts.Count > 1 ? $" ({string.Join(", ", answer.Counts.Select(pair => $"{Screen.Count(pair.Value)} {pair.Key}"))})" : "")}; "
            + $"survey of {Screen.Time(answer.SurveyBeganMs)}, inventory at {answer.Revision}.");
    }
}
