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
            Description = "Addresses of BMCs: one, first-last, or a CIDR block; or a CSV file of hosts (address, port, scheme, platform, account).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var port = new Option<int>("--port") { Description = "Port of every BMC that says none.", DefaultValueFactory = _ => 443 };
        port.Within(1, 65_535);
        var scheme = new Option<string>("--scheme") { Description = "https, or http for simulated BMCs.", DefaultValueFactory = _ => "https" };
        scheme.AcceptOnlyFromAmong("http", "https");
        var trust = new Option<bool>("--trust-on-first-use")
        {
            Description = "Trust the certificate that each BMC shows now and pin it; without it only the system's trust counts.",
        };
        var intent = new Option<bool>("--from-intent") { Description = "Look where the inventory says that BMCs are, and where surveys saw declared ones." };
        var resume = new Option<bool>("--resume") { Description = "Look at what an unfinished sweep did not get to." };
        var command = new Command(
            "discover", "Walk BMCs over Redfish and keep what they say as a survey. Ctrl+C keeps what was seen.\n\nExample:  ampacity discover 127.80.1.0/27 --port 8000 --scheme http")
        {
            targets, port, scheme, trust, intent, resume,
        };
        command.Validators.Add(result =>
        {
            var named = result.GetValue(targets) is { Length: > 0 } || result.GetValue(intent);
            if (named == result.GetValue(resume))
            {
                result.AddError("Name addresses or a list of hosts, or give --from-intent; --resume takes neither.");
            }
        });
        command.SetAction(async (arguments, cancel) =>
        {
            var (lists, addresses) = Split(arguments.GetValue(targets)!);
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var request = new SurveyRequest(
                addresses, arguments.GetValue(port), arguments.GetValue(scheme)!, Environment.UserName, arguments.GetValue(trust),
                lists.Length == 0 ? null : TextFile.Read(lists.Length == 1 ? lists[0] : throw new RefusedException("One list of hosts at a time: put them into one file.", null)),
                arguments.GetValue(intent), arguments.GetValue(resume));
            var begun = await server.SendAsync<SurveyProgress>(HttpMethod.Post, "api/fleet/v1/surveys", request, cancel);
            try
            {
                await WaitAsync(server, begun, cancel);
            }
            catch (OperationCanceledException)
            {
                await StopAsync(server);
                throw;
            }

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
            // A line each tenth, for logs: to standard error, so that what is piped is the answer alone.
            var told = 0;
            await PollAsync(server, progress, now =>
            {
                var tenth = now.Total == 0 ? 0 : (int)(10L * now.Done / now.Total);
                if (tenth > told && now.Total >= LinesFromTargets)
                {
                    told = tenth;
                    Screen.Note(string.Create(CultureInfo.InvariantCulture, $"{now.Done} of {now.Total} addresses asked, {now.Found} BMCs found"));
                }
            }, cancel);
        }
    }

    private const int LinesFromTargets = 100;

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

        if (progress.State == SurveyState.Stopped)
        {
            throw new RefusedException($"The survey was stopped after {progress.Done} of {progress.Total} addresses; what it saw is kept. The rest: ampacity discover --resume", null);
        }
    }

    // Who presses Ctrl+C wants the sweep to end, not only to look away.
    private static async Task StopAsync(ServerAccess server)
    {
        try
        {
            var stopped = await server.SendAsync<SurveyProgress>(HttpMethod.Delete, "api/fleet/v1/surveys/progress", null, CancellationToken.None);
            Screen.Note($"Stopped after {stopped.Done} of {stopped.Total} addresses; {stopped.Found} BMCs are kept. The rest: ampacity discover --resume");
        }
        catch (RefusedException ended)
        {
            Screen.Note(ended.Message);
        }
    }

    private static (string[] Lists, string[] Addresses) Split(string[] targets) =>
        ([.. targets.Where(IsList)], [.. targets.Where(target => !IsList(target))]);

    private static bool IsList(string target) => target.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

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
            $"{answer.Bmcs.Count} {(answer.Bmcs.Count == 1 ? "BMC" : "BMCs")} of {answer.Asked} {(answer.Asked == 1 ? "address" : "addresses")} in {(answer.EndedMs - answer.BeganMs) / 1000.0:0.0} s. Next: ampacity drift"));
    }

    private static void PrintErrors(SurveyAnswer answer)
    {
        foreach (var error in answer.Errors)
        {
            Screen.Say($"{error.Count} x {error.Kind}, first {error.FirstAddress}: {error.FirstMessage}");
            if (error.Kind == "TlsRefused")
            {
                Screen.Say("  A certificate of its own: --trust-on-first-use, where the network is vouched for. No TLS at all: --scheme http.");
            }
        }
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
