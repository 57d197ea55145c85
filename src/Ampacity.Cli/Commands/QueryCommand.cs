using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Ampacity.Cli;

/// <summary><c>query</c>: PromQL with topology labels, at one instant or over a range, as a table, CSV, JSON or a plot.</summary>
internal static class QueryCommand
{
    public static Command Make()
    {
        var expression = new Argument<string>("expression") { Description = "A PromQL expression." };
        var at = new Option<string?>("--at", "--time")
        {
            Description = "Instant: RFC 3339, seconds since 1970, or how long ago, such as -90m; now if left out.",
            HelpName = "time",
        };
        var from = new Option<string?>("--from") { Description = "Begin of a range, written as --at.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "End of the range; now if left out.", HelpName = "time" };
        var step = new Option<string?>("--step") { Description = "Time between its points, such as 15s; left out, as many as a plot shows.", HelpName = "duration" };
        var csv = new Option<bool>("--csv") { Description = "Print every point as CSV: time, labels, value." };
        var plot = new Option<bool>("--plot") { Description = "Draw it; without --from the last hour." };
        var command = new Command(
            "query",
            "Evaluate PromQL at one instant or over a range.\n\nExample:  ampacity query 'sum by (hall, rack) (hw_power_watts)' --from -1h --plot")
        { expression, at, from, to, step, csv, plot };
        command.SetAction(async (arguments, cancel) =>
        {
            var form = Form(arguments.GetValue(csv), arguments.GetValue(plot), arguments.WantsJson());
            var times = QueryTimes.Read(
                arguments.GetValue(at), arguments.GetValue(from), arguments.GetValue(to), arguments.GetValue(step),
                form == QueryForm.Plot ? Screen.PlotWidth : null, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var text = arguments.GetValue(expression)!;
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var answer = await AskAsync(server, text, times, cancel);
            Print(answer, text, times, form);
            return CommandRun.Done;
        });
        return command;
    }

    private static QueryForm Form(bool csv, bool plot, bool json) => (csv, plot, json) switch
    {
        (false, false, false) => QueryForm.Table,
        (true, false, false) => QueryForm.Csv,
        (false, true, false) => QueryForm.Plot,
        (false, false, true) => QueryForm.Json,
        _ => throw new RefusedException("--csv, --plot and --json are three forms of one answer: give one of them.", null) { Code = CommandRun.Usage },
    };

    private static async Task<JsonElement> AskAsync(ServerAccess server, string expression, QueryTimes times, CancellationToken cancellationToken)
    {
        var query = new QueryText().Add("query", expression);
        query = times.IsRange
            ? query.Add("start", Seconds(times.FromMs!.Value)).Add("end", Seconds(times.ThroughMs!.Value)).Add("step", Seconds(times.StepMs))
            : query.Add("time", times.ThroughMs is { } atMs ? Seconds(atMs) : null);
        try
        {
            return await server.SendAsync(HttpMethod.Get, $"api/v1/{(times.IsRange ? "query_range" : "query")}{query}", null, cancellationToken);
        }
        catch (RefusedException refused) when (ExpressionPointer.Of(refused.Message, expression, Math.Min(Screen.Width, TableFit.UsualWidth)) is { } pointed)
        {
            throw new RefusedException(pointed, refused.Problem);
        }
    }

    private static void Print(JsonElement answer, string expression, QueryTimes times, QueryForm form)
    {
        if (form == QueryForm.Json)
        {
            Screen.Json(answer);
            return;
        }

        foreach (var kind in (string[])["warnings", "infos"])
        {
            foreach (var note in answer.TryGetProperty(kind, out var notes) ? notes.EnumerateArray() : default)
            {
                Screen.Note(note.GetString()!);
            }
        }

        var data = answer.GetProperty("data");
        if (data.GetProperty("resultType").GetString() is "scalar" or "string" && form == QueryForm.Table)
        {
            Screen.Line(data.GetProperty("result")[1].GetString()!);
            return;
        }

        var series = QuerySeries.Of(answer);
        if (series.Count == 0 && form != QueryForm.Csv)
        {
            Screen.Note(times.IsRange ? "No series matches in that time." : times.ThroughMs is null ? "No series matches now." : "No series matches at that instant.");
            return;
        }

        switch (form)
        {
            case QueryForm.Csv:
                QueryScreen.Csv(series);
                break;
            case QueryForm.Plot:
                QueryScreen.Plot(series, times, expression);
                break;
            default:
                // A range vector at one instant (up[5m]) has many points too.
                var many = times.IsRange || data.GetProperty("resultType").GetString() == "matrix";
                QueryScreen.Table(series, many);
                if (many)
                {
                    Screen.Note("(a row sums up a series; --csv prints every point, --plot draws them)");
                }

                break;
        }
    }

    private static string Seconds(long ms) => (ms / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private enum QueryForm
    {
        Table,
        Csv,
        Plot,
        Json,
    }
}
