using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>top</c>: what the fleet does now and where it is worst, again every two seconds until q.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // What a script gets when it does not say how many; a terminal gets what fits.
    private const int PipedRows = 100;

    public static Command Make()
    {
        var place = new Option<string?>("--place") { Description = "Only what is below this place.", HelpName = "path" };
        var by = new Option<TopGroup>("--by") { Description = "A line for each site, hall, row, rack, or power node.", DefaultValueFactory = _ => TopGroup.Rack };
        var sort = new Option<TopSort>("--sort")
        {
            Description = "The worst first: by power, temperature, load (share of limit or design draw), or unread racks.",
            DefaultValueFactory = _ => TopSort.Power,
        };
        var limit = new Option<int?>("--limit") { Description = $"Most lines; what fits the terminal, or {PipedRows}.", HelpName = "count" };
        var once = new Option<bool>("--once") { Description = "Print once and end; so it is when piped." };
        limit.Within(0, 10_000);
        var command = new Command(
            "top", "Show power, temperature and the worst places of the fleet, live.\n\nExample:  ampacity top --by hall --sort load") { place, by, sort, limit, once };
        command.SetAction(async (arguments, cancel) =>
        {
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var asked = new TopView(arguments.GetValue(place), arguments.GetValue(by), arguments.GetValue(sort), arguments.GetValue(limit));
            if (arguments.WantsJson())
            {
                Screen.Json(await server.SendAsync(HttpMethod.Get, asked.Address(PipedRows), null, cancel));
                return CommandRun.Done;
            }

            if (arguments.GetValue(once) || !Screen.IsTerminal || Console.IsInputRedirected)
            {
                Print(await server.GetAsync<TopAnswer>(asked.Address(PipedRows), cancel), asked, server);
                return CommandRun.Done;
            }

            await WatchAsync(server, asked, cancel);
            return CommandRun.Done;
        });
        return command;
    }

    private static void Print(TopAnswer answer, TopView asked, ServerAccess server)
    {
        foreach (var line in TopScreen.Head(answer))
        {
            Screen.Line(line);
        }

        if (answer.AtMs is null && server.IsOwn)
        {
            Screen.Note("A folder that is opened only to answer reads nothing: start `ampacity serve`.");
        }

        Screen.Line();
        var rows = TopScreen.Rows(answer.Rows, asked.By);
        Screen.Fitted(TopScreen.Columns(asked.By), rows);
        if (answer.Unlisted > 0)
        {
            Screen.Note($"({Screen.Count(answer.Unlisted)} more; --limit shows more of them)");
        }
    }

    private static async Task WatchAsync(ServerAccess server, TopView asked, CancellationToken cancellationToken)
    {
        // The other screen of the terminal: what stood before is there again afterwards.
        Console.Out.Write("\x1b[?1049h\x1b[?25l");
        try
        {
            while (true)
            {
                string[] lines;
                try
                {
                    var answer = await server.GetAsync<TopAnswer>(asked.Address(TopScreen.RowsThatFit), cancellationToken);
                    lines = TopScreen.Whole(answer, asked, Screen.Width, TopScreen.Height);
                }
                catch (RefusedException refused)
                {
                    // A server that starts again is asked again; what was asked wrongly is told and can be changed by a key.
                    lines = [.. TableFit.Wrap(refused.Message, Screen.Width, 2), "", TopScreen.Keys];
                }

                Console.Out.Write($"\x1b[H{string.Join("\x1b[K\r\n", lines)}\x1b[K\x1b[J");
                var next = await NextKeyAsync(cancellationToken);
                if (next is 'q' or 'Q' or '\x1b' or '\x03')
                {
                    return;
                }

                asked = asked.After(next);
            }
        }
        finally
        {
            Console.Out.Write("\x1b[?25h\x1b[?1049l");
        }
    }

    // The key pressed within the interval, or none.
    private static async Task<char> NextKeyAsync(CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < Interval)
        {
            if (Console.KeyAvailable)
            {
                return Console.ReadKey(intercept: true).KeyChar;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return '\0';
    }
}

/// <summary>What is shown, as keys and options change it.</summary>
internal sealed record TopView(string? Place, TopGroup By, TopSort Sort, int? Limit)
{
    /// <summary>The address to ask.</summary>
    public string Address(int rows) => "api/fleet/v1/top" + new QueryText().Add("under", Place).Add("by", By.ToString().ToLowerInvariant())
        .Add("sort", Sort.ToString().ToLowerInvariant()).Add("limit", (Limit ?? rows).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The question after a key; the same for a key that means nothing.</summary>
    public TopView After(char key) => char.ToLowerInvariant(key) switch
    {
        '1' => this with { By = TopGroup.Site },
        '2' => this with { By = TopGroup.Hall },
        '3' => this with { By = TopGroup.Row },
        '4' => this with { By = TopGroup.Rack },
        '5' => this with { By = TopGroup.Power },
        'p' => this with { Sort = TopSort.Power },
        't' => this with { Sort = TopSort.Temperature },
        'l' => this with { Sort = TopSort.Load },
        'u' => this with { Sort = TopSort.Unread },
        _ => this,
    };
}
