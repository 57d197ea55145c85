using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>show bindings</c>: the rules, what no rule places, or why a series is where it is.</summary>
internal static class ShowBindingsCommand
{
    public static Command Make()
    {
        var unbound = new Option<bool>("--unbound") { Description = "Series of the last hour that no rule places, by target." };
        var why = new Option<string?>("--why") { Description = "Explain series: a selector, such as '{job=\"dcgm\",gpu=\"0\"}'.", HelpName = "series" };
        var limit = new Option<int?>("--limit") { Description = "Most targets (100) or explained series (5)." };
        var asOf = new Option<string?>("--as-of") { Description = "As it was at that time, such as 2026-11-23T12:00:00Z. Default: now." };
        var command = new Command(
            "bindings", "Show the binding rules in the order in which they are tried, and how many series of the last hour each decides about.\n\n"
            + "Example:  ampacity show bindings --why '{job=\"dcgm\",gpu=\"0\"}'")
        {
            unbound, why, limit, asOf,
        };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("asOf", arguments.GetValue(asOf));
            var most = arguments.GetValue(limit)?.ToString(CultureInfo.InvariantCulture);
            if (arguments.GetValue(why) is { } series)
            {
                query.Add("series", series).Add("limit", most);
                return CommandRun.AskAsync<Page<WhyRow>>(arguments, HttpMethod.Get, $"api/fleet/v1/bindings/why{query}", null, PrintWhy, cancel);
            }

            return arguments.GetValue(unbound)
                ? CommandRun.AskAsync<Page<UnboundRow>>(arguments, HttpMethod.Get, $"api/fleet/v1/bindings/unbound{query.Add("limit", most)}", null, PrintUnbound, cancel)
                : CommandRun.AskAsync<Page<BindingRow>>(arguments, HttpMethod.Get, $"api/fleet/v1/bindings{query}", null, PrintRules, cancel);
        });
        return command;
    }

    private static void PrintRules(Page<BindingRow> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Note("There are no rules. Series of our own collector need none; `ampacity bind` makes one, and fleet files declare them under bindings.");
            return;
        }

        Screen.Fitted(
            [("rule", 0, false), ("match", 0, false), ("asset", 1, false), ("place", 2, false), ("series", 0, true), ("placed", 0, true)],
            page.Items.Select(row => new[]
            {
                $"{row.DeclaredAt} {row.Rule}", row.Match, row.AssetBy is { } by ? $"{by} from {row.AssetFrom}" : "–", row.Place ?? "–",
                row.Series.ToString(CultureInfo.InvariantCulture), row.Placed.ToString(CultureInfo.InvariantCulture),
            }));
    }

    private static void PrintUnbound(Page<UnboundRow> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Note("Every series of the last hour that you may see has a place.");
            return;
        }

        Screen.Fitted(
            [("job", 0, false), ("instance", 0, false), ("series", 0, true), ("why", 0, false), ("rule", 1, false), ("example", 2, false)],
            page.Items.Select(row => new[] { row.Job ?? "–", row.Instance ?? "–", row.Series.ToString(CultureInfo.InvariantCulture), row.Why, row.Rule ?? "–", row.Example }));
    }

    private static void PrintWhy(Page<WhyRow> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Note("No series of the last hour is selected, or none that you may see.");
            return;
        }

        foreach (var row in page.Items)
        {
            Screen.Say(row.Series, indent: 2);
            foreach (var tried in row.Tried)
            {
                Screen.Say($"  {tried.Rule} does not match: {tried.FailedAt}, and it has {(tried.Value.Length == 0 ? "none" : $"\"{tried.Value}\"")}", indent: 4);
            }

            if (row.OfOthers is { } others)
            {
                Screen.Say($"  {Screen.Count(others)} more rules do not match", indent: 4);
            }

            Screen.Say(row.How is { } how ? $"  {how} matches{(row.Match is { } match ? $": {match}" : "")}" : "  no rule matches", indent: 4);
            Screen.Say(row.Place is { } place ? $"  so it is at {place}" : $"  it has no place: {row.Why}", indent: 4);
            if (row.Added.Count > 0)
            {
                Screen.Say($"  labels added: {string.Join(", ", row.Added.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{label.Value}\""))}", indent: 4);
            }

            if (row.Renamed.Count > 0)
            {
                Screen.Say($"  labels that step aside: {string.Join(", ", row.Renamed.Select(name => $"{name} is exported_{name}"))}", indent: 4);
            }
        }
    }
}
