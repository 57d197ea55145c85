using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>drift</c>: where intent and the newest survey disagree. Exit code 1 when they do.</summary>
internal static class DriftCommand
{
    public static Command Make()
    {
        var command = new Command("drift", "Compare what should be there with what the newest survey saw.\n\nExample:  ampacity drift");
        command.SetAction(async (arguments, cancel) =>
        {
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var json = await server.SendAsync(HttpMethod.Get, "api/fleet/v1/drift", null, cancel);
            var answer = System.Text.Json.JsonSerializer.Deserialize<DriftAnswer>(json, RestJson.Options)!;
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Print(answer);
            }

            return answer.Rows.Count == 0 ? CommandRun.Done : CommandRun.Refused;
        });
        return command;
    }

    private static void Print(DriftAnswer answer)
    {
        if (answer.Rows.Count > 0)
        {
            Screen.Fitted(
                [("place", 0, false), ("drift", 0, false), ("expected", 0, false), ("seen", 0, false), ("bmc", 1, false), ("evidence", 2, false)],
                answer.Rows.Select(row => new[]
                {
                    row.Place, row.Kind, row.Expected ?? "", row.Seen ?? "", row.Address ?? "", row.Evidence,
                }));
        }

        Screen.Say($"{answer.Matched} BMCs are as declared, {answer.Rows.Count} {(answer.Rows.Count == 1 ? "difference" : "differences")}; "
            + $"survey of {Screen.Time(answer.SurveyBeganMs)}, inventory at {answer.Revision}.");
    }
}
