using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>find</c>: anything by any text in hand.</summary>
internal static class FindCommand
{
    public static Command Make()
    {
        var text = new Argument<string>("text") { Description = "Serial, MAC in any spelling, UUID, host name, asset tag, name, part of a path, tag, programme or SKU." };
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 1,000.", DefaultValueFactory = _ => 50 };
        limit.Within(1, 1_000);
        var everything = new Option<bool>("--everything") { Description = "Where the text is a whole serial, MAC, UUID or asset id: look for all that holds it, too." };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "find", "Find a place or a thing by any text in hand: exact first, then beginnings, then the rest.\n\nExample:  ampacity find 02-00-00-00-01-05")
        {
            text, limit, everything, asOf, knownAt,
        };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("q", arguments.GetValue(text))
                .Add("limit", arguments.GetValue(limit).ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Add("everything", arguments.GetValue(everything) ? "true" : null)
                .Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<SearchAnswer>(
                arguments, HttpMethod.Get, $"api/fleet/v1/search{query}", null, Print, cancel,
                answer => answer.Items.Count == 0 ? CommandRun.Refused : CommandRun.Done);
        });
        return command;
    }

    private static void Print(SearchAnswer answer)
    {
        if (answer.Items.Count == 0)
        {
            Screen.Note("Nothing like that is recorded. What surveys saw and nobody declared: ampacity drift --kind unexpected");
            return;
        }

        Screen.Fitted(
            [("found", 0, false), ("by", 2, false), ("what", 1, false), ("where", 0, false), ("asset", 3, false), ("match", 4, false)],
            answer.Items.Select(row => new[] { row.Text, row.Field, row.Kind, row.Path ?? row.Sku ?? "–", row.AssetId ?? "–", row.Rank }));
        if (answer.IsWhole)
        {
            Screen.Note("That is a whole identifier; --everything looks for all that holds it.");
        }

        if (answer.IsCut)
        {
            Screen.Note("There is more: write more of it, or raise --limit.");
        }
    }
}
