using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>tree</c>: places, power and cooling nodes as they hang together.</summary>
internal static class TreeCommand
{
    public static Command Make()
    {
        var path = new Argument<string?>("path") { Description = "Where to begin; the whole fleet if left out.", Arity = ArgumentArity.ZeroOrOne };
        var parts = new Option<bool>("--parts") { Description = "Go into racks: slots and sockets too." };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command("tree", "Print the fleet as a tree.\n\nExample:  ampacity tree site/hall --parts") { path, parts, asOf, knownAt };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText()
                .Add("under", arguments.GetValue(path))
                .Add("parts", arguments.GetValue(parts) ? "true" : null)
                .Add("asOf", arguments.GetValue(asOf))
                .Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<Page<PlaceRow>>(
                arguments, HttpMethod.Get, $"api/fleet/v1/places{query}", null,
                page => Print(page, arguments.GetValue(asOf) is not null || arguments.GetValue(knownAt) is not null), cancel);
        });
        return command;
    }

    private static void Print(Page<PlaceRow> page, bool then)
    {
        if (page.Items.Count == 0)
        {
            Screen.Line(then ? "The inventory was empty then." : "The inventory is empty. Declare something: ampacity apply examples/one-rack.yaml");
            return;
        }

        var rows = page.Items;
        for (var i = 0; i < rows.Count; i++)
        {
            var rail = Rail(rows, i);
            Wrapped(rail, RailBelow(rail), Describe(rows[i], root: i == 0 || rows[i].Depth == rows[0].Depth));
        }

        if (page.Next is { } next)
        {
            Screen.Note($"More follows after {next}: name a path below to see it.");
        }
    }

    // Rows come depth first: a rail goes on where a later row stands at its depth before one stands higher.
    private static string Rail(IReadOnlyList<PlaceRow> rows, int at)
    {
        var rail = new System.Text.StringBuilder();
        for (var depth = rows[0].Depth + 1; depth <= rows[at].Depth; depth++)
        {
            var goesOn = false;
            for (var later = at + 1; later < rows.Count && rows[later].Depth >= depth; later++)
            {
                if (rows[later].Depth == depth)
                {
                    goesOn = true;
                    break;
                }
            }

            rail.Append(depth == rows[at].Depth ? goesOn ? "├─ " : "└─ " : goesOn ? "│  " : "   ");
        }

        return rail.ToString();
    }

    // What hangs below goes on under the text of its line.
    private static string RailBelow(string rail) =>
        rail.Replace("├─ ", "│  ", StringComparison.Ordinal).Replace("└─ ", "   ", StringComparison.Ordinal) + "    ";

    // On a terminal a long line goes on in the next one, at a word, below its rail; piped a place is one line.
    private static void Wrapped(string rail, string below, IReadOnlyList<string> said)
    {
        var line = rail;
        var isFirst = true;
        foreach (var part in said)
        {
            if (!isFirst && line.Length + 2 + part.Length > Screen.Width)
            {
                Screen.Line(line);
                line = below + part;
            }
            else
            {
                line += (isFirst ? "" : "  ") + part;
            }

            isFirst = false;
        }

        Screen.Line(line);
    }

    private static List<string> Describe(PlaceRow row, bool root)
    {
        var said = new List<string> { $"{(root ? row.Path : row.Name)}", $"{row.SkuKind ?? row.Kind}" };
        Add(said, row.Sku);
        Add(said, row.Serial is { } serial ? $"serial {serial}" : null);
        Add(said, row.Feeds is { } feeds ? "fed by " + string.Join(" + ", feeds.Select(Last)) : null);
        Add(said, row.Cdus is { } cdus ? "cooled by " + string.Join(" + ", cdus.Select(Last)) : null);
        Add(said, row.LimitWatts is { } limit ? $"limit {Screen.Power(limit)}" : null);
        Add(said, row.DesignWatts is { } design ? $"design {Screen.Power(design)}" : null);
        Add(said, row.CapacityWatts is { } capacity ? $"cools {Screen.Power(capacity)}" : null);
        Add(said, row.DrawWatts is { } draw ? $"now {Screen.Power(draw)}" : null);
        Add(said, row.Tenant is { } tenant ? $"tenant {tenant}" : null);
        Add(said, row.State);
        return said;
    }

    private static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static void Add(List<string> said, string? text)
    {
        if (text is not null)
        {
            said.Add(text);
        }
    }
}
