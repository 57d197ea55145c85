using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>events</c>: what happened to hardware.</summary>
internal static class EventsCommand
{
    public static Command Make()
    {
        var under = new Argument<string?>("path") { Description = "Where; the whole fleet if left out.", Arity = ArgumentArity.ZeroOrOne };
        var kind = new Option<string?>("--kind") { Description = "Leak, DetectorBlind, Breaker, SupplyInput, MemoryRemap, Login, Reported or ErrorCode." };
        var severity = new Option<string?>("--severity") { Description = "Ok, Warning or Critical." };
        var bmc = new Option<string?>("--bmc") { Description = "MAC of one BMC." };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 10,000.", DefaultValueFactory = _ => 50 };
        limit.Within(1, 10_000);
        var command = new Command(
            "events", "Leaks, trips, supplies without input, refused logins, error codes, newest first.\n\nExample:  ampacity events --severity critical") { under, kind, severity, bmc, limit };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("under", arguments.GetValue(under)).Add("kind", arguments.GetValue(kind)).Add("severity", arguments.GetValue(severity))
                .Add("bmc", arguments.GetValue(bmc)).Add("limit", arguments.GetValue(limit).ToString(CultureInfo.InvariantCulture));
            return CommandRun.AskAsync<Page<EventAnswer>>(arguments, HttpMethod.Get, $"api/fleet/v1/events{query}", null, Print, cancel);
        });
        return command;
    }

    private static void Print(Page<EventAnswer> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Say("Nothing has happened that polls have seen.");
            return;
        }

        Screen.Fitted(
            [("when", 0, false), ("severity", 0, false), ("kind", 1, false), ("place", 0, false), ("component", 2, false), ("evidence", 3, false)],
            page.Items.Select(row => new[]
            {
                DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), row.Severity, row.Kind,
                row.Place ?? row.Bmc, row.Component ?? "–", row.Evidence,
            }));
        if (page.Next is not null)
        {
            Screen.Say("There are more: --limit.");
        }
    }
}
