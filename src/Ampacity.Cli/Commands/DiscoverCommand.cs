using System.CommandLine;
using System.Globalization;
using Ampacity.Server;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary><c>discover</c>: a sweep over BMCs, kept as a survey. Reads only.</summary>
internal static class DiscoverCommand
{
    public static Command Make()
    {
        var targets = new Argument<string[]>("target")
        {
            Description = "Addresses of BMCs: one, first-last, or a CIDR block.",
            Arity = ArgumentArity.OneOrMore,
        };
        var port = new Option<int>("--port") { Description = "Port of every BMC.", DefaultValueFactory = _ => 443 };
        var scheme = new Option<string>("--scheme") { Description = "https, or http for simulated BMCs.", DefaultValueFactory = _ => "https" };
        scheme.AcceptOnlyFromAmong("http", "https");
        var trust = new Option<bool>("--trust-on-first-use")
        {
            Description = "Trust the certificate that each BMC shows now and pin it; without it only the system's trust counts.",
        };
        var command = new Command(
            "discover", "Walk BMCs over Redfish and keep what they say as a survey.\n\nExample:  ampacity discover 127.80.1.0/27 --port 8000 --scheme http")
        {
            targets, port, scheme, trust,
        };
        command.SetAction(async (arguments, cancel) =>
        {
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var request = new SurveyRequest(
                arguments.GetValue(targets)!, arguments.GetValue(port), arguments.GetValue(scheme)!, Environment.UserName,
                arguments.GetValue(trust));
            var begun = await server.SendAsync<SurveyProgress>(HttpMethod.Post, "api/fleet/v1/surveys", request, cancel);
            await WaitAsync(server, begun, cancel);
            var json = await server.SendAsync(HttpMethod.Get, "api/fleet/v1/surveys/latest", null, cancel);
            var answer = System.Text.Json.JsonSerializer.Deserialize<SurveyAnswer>(json, RestJson.Options)!;
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Print(answer);
            }

            // Nothing found is an answer, but hardly the one that was wanted.
            return answer.Bmcs.Count > 0 ? CommandRun.Done : CommandRun.Refused;
        });
        return command;
    }

    /// <summary>Waits for the sweep under way, with a bar on a terminal.</summary>
    /// <exception cref="RefusedException">The sweep failed; the message says why.</exception>
    public static async Task WaitAsync(ServerAccess server, SurveyProgress progress, CancellationToken cancel)
    {
        if (Screen.IsTerminal)
        {
            await AnsiConsole.Progress().StartAsync(async context =>
            {
                var bar = context.AddTask("Asking BMCs", maxValue: Math.Max(1, progress.Total));
                await PollAsync(server, progress, now =>
                {
                    bar.Value = now.Done;
                    bar.Description = $"Asking BMCs, {now.Found} found";
                }, cancel);
            });
        }
        else
        {
            await PollAsync(server, progress, _ => { }, cancel);
        }
    }

    private static async Task PollAsync(ServerAccess server, SurveyProgress progress, Action<SurveyProgress> show, CancellationToken cancel)
    {
        while (progress.State == SurveyState.Running)
        {
            await Task.Delay(200, cancel);
            progress = await server.GetAsync<SurveyProgress>("api/fleet/v1/surveys/progress", cancel);
            show(progress);
        }

        if (progress.State == SurveyState.Failed)
        {
            throw new RefusedException($"The survey failed: {progress.Error}", null);
        }
    }

    private static void Print(SurveyAnswer answer)
    {
        if (answer.Bmcs.Count == 0)
        {
            PrintErrors(answer);
            Screen.Say($"No BMC answered at {answer.Asked} {(answer.Asked == 1 ? "address" : "addresses")}: are --port and --scheme right? "
                + "What earlier surveys found is still read.");
            return;
        }

        Screen.Fitted(
            [
                ("bmc", 0, false), ("mac", 3, false), ("place", 0, false), ("product", 4, false), ("serial", 1, false), ("accelerators", 2, true), ("reports", 5, true),
                ("quirks", 6, true),
            ],
            answer.Bmcs.Select(bmc => new[]
            {
                bmc.Address, bmc.Mac ?? "–", bmc.Place ?? "undeclared", bmc.Product ?? "–", bmc.Serial ?? "–", Number(bmc.Accelerators), Number(bmc.Reports),
                Number(bmc.Quirks),
            }));
        PrintErrors(answer);
        Screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.Bmcs.Count} BMCs of {answer.Asked} addresses in {(answer.EndedMs - answer.BeganMs) / 1000.0:0.0} s. Next: ampacity drift"));
    }

    private static void PrintErrors(SurveyAnswer answer)
    {
        foreach (var error in answer.Errors)
        {
            Screen.Say($"{error.Count} x {error.Kind}, first {error.FirstAddress}: {error.FirstMessage}");
        }
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
