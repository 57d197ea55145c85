using System.CommandLine;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>Runs a command that writes: on a terminal it shows the plan, asks, and sends the revision that it showed.</summary>
internal static class ChangeRun
{
    public static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask; without it a terminal shows the plan first." };

    /// <summary>Who changes, for the change set.</summary>
    public static string Author => Environment.UserName.Length > 0 ? Environment.UserName : "unknown";

    public static async Task<int> RunAsync(
        ParseResult arguments, string path, Func<bool, object> request, CancellationToken cancel, bool mayCreate = false)
    {
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate);
        string? revision = null;
        if (!arguments.GetValue(Yes) && !arguments.WantsJson() && Screen.IsTerminal && !Console.IsInputRedirected)
        {
            var plan = await server.SendAsync<ChangeReport>(HttpMethod.Post, path, request(true), cancel);
            ApplyCommand.Print(plan);
            if (plan.Changes.Count == 0)
            {
                return CommandRun.Done;
            }

            Console.Error.Write("Record this? [y/N] ");
            if (Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
            {
                Screen.Note("Nothing was recorded.");
                return CommandRun.Refused;
            }

            revision = plan.BasedOn;
        }

        var json = await server.SendAsync(HttpMethod.Post, path, request(false), cancel, revision);
        if (arguments.WantsJson())
        {
            Screen.Json(json);
        }
        else
        {
            ApplyCommand.Print(json.Deserialize<ChangeReport>(RestJson.Options)!);
        }

        return CommandRun.Done;
    }
}
