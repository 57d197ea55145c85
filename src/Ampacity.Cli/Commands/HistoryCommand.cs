using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>history</c>: of a place or an asset every fact, else the change sets, newest first.</summary>
internal static class HistoryCommand
{
    public static Command Make()
    {
        var of = new Argument<string?>("of")
        {
            Description = "A place by path, or an asset as asset:12, serial:… or mac:…; without it the change sets of the whole fleet.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var limit = new Option<int>("--limit") { Description = "Most facts, 1 to 10,000.", DefaultValueFactory = _ => 1000 };
        limit.Within(1, 10_000);
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "history", "Tell what was recorded about a place or an asset, by whom, when and why; or list all changes.\n\nExample:  ampacity history site/hall/r01/01/05")
        {
            of, limit, asOf, knownAt,
        };
        command.SetAction((arguments, cancel) =>
        {
            if (arguments.GetValue(of) is not { } place)
            {
                return ListAsync(arguments, cancel);
            }

            var query = new QueryText().Add("of", place).Add("limit", arguments.GetValue(limit).ToString(CultureInfo.InvariantCulture))
                .Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<Page<HistoryRow>>(arguments, HttpMethod.Get, $"api/fleet/v1/history{query}", null, PrintFacts, cancel);
        });
        return command;
    }

    /// <summary>Lists the change sets of the whole fleet, newest first.</summary>
    public static Task<int> ListAsync(ParseResult arguments, CancellationToken cancel) =>
        CommandRun.AskAsync<Page<ChangeSetRow>>(arguments, HttpMethod.Get, "api/fleet/v1/changes", null, PrintChanges, cancel);

    private static void PrintChanges(Page<ChangeSetRow> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Note("Nothing has been recorded yet. Declare something: ampacity apply examples/one-rack.yaml");
            return;
        }

        Screen.Fitted(
            [("change", 0, false), ("recorded", 0, false), ("author", 1, false), ("reason", 0, false)],
            page.Items.Select(change => new[] { change.Id, Screen.Time(change.RecordedMs), change.Author, change.Reason }));
        if (page.Next is not null)
        {
            Screen.Note("There are older ones: the page /changes has them all.");
        }
    }

    private static void PrintFacts(Page<HistoryRow> page)
    {
        Screen.Fitted(
            [
                ("about", 4, false), ("aspect", 0, false), ("says", 0, false), ("from", 0, false), ("to", 1, false), ("change", 3, false), ("author", 2, false),
                ("reason", 5, false), ("recorded", 6, false), ("retracted", 7, false),
            ],
            page.Items.Select(fact => new[]
            {
                fact.Subject, fact.Aspect, fact.Says, Day(fact.ValidFromMs), fact.ValidToMs is { } to ? Day(to) : "–", fact.ChangeSet, fact.Author ?? "–",
                fact.Reason ?? "–", fact.RecordedMs is { } recorded ? Screen.Time(recorded) : "–", fact.RetractedBy ?? "–",
            }));
        if (page.Next is not null)
        {
            Screen.Note("There is more: raise --limit.");
        }
    }

    private static string Day(long atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
