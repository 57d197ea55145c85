using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>import samples</c>: history from CSV and Parquet files.</summary>
internal static class SamplesImportCommand
{
    public static Command Make()
    {
        var files = new Argument<string[]>("file") { Description = "CSV files with a header (.csv, .tsv, .txt), or Parquet files (.parquet).", Arity = ArgumentArity.OneOrMore };
        var time = new Option<string?>("--time") { Description = "Column of times; left out, the one called timestamp, time, ts, date or datetime.", HelpName = "column" };
        var unit = new Option<string?>("--time-unit") { Description = "Unit of times that are numbers; left out, it is told by their size.", HelpName = "unit" };
        unit.AcceptOnlyFromAmong("s", "ms", "us", "ns");
        var value = Many("--value", "Column of values, as often as needed; left out, value. Where nothing names the metric, each column that is named here does.", "column");
        var metric = new Option<string?>("--metric") { Description = "Name of the metric of every row.", HelpName = "name" };
        var metricColumn = new Option<string?>("--metric-column") { Description = "Column of names of metrics; left out, metric, __name__ or name.", HelpName = "column" };
        var label = Many("--label", "Column that becomes a label, under its own name or another; left out, every other column does.", "column[=label]");
        var skip = Many("--skip", "Column to leave out.", "column");
        var extra = Many("--extra-label", "Label that every series gets.", "name=value");
        var command = new Command(
            "samples",
            "Back-fill samples from files. Importing a file again changes nothing. A sample more than 30 minutes behind the newest of its series, or\n"
            + "behind the retention, is refused: import history before its series is written live, oldest first.\n"
            + "Exit code 1 if anything was not kept.\n\nExample:  ampacity import samples power.csv --metric rack_power_watts --label rack --extra-label site=abilene")
        {
            files, time, unit, value, metric, metricColumn, label, skip, extra,
        };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("time", arguments.GetValue(time)).Add("timeUnit", arguments.GetValue(unit)).Add("metric", arguments.GetValue(metric))
                .Add("metricColumn", arguments.GetValue(metricColumn));
            foreach (var (name, option) in new[] { ("value", value), ("label", label), ("skip", skip), ("extraLabel", extra) })
            {
                foreach (var said in arguments.GetValue(option) ?? [])
                {
                    query.Add(name, said);
                }
            }

            return RunAsync(arguments, arguments.GetValue(files)!, query, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, string[] paths, QueryText query, CancellationToken cancel)
    {
        // Before the first is sent: a name that is wrong should not be learned of an hour later.
        var formats = paths.Select(FormatOf).ToArray();
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate: true);
        var code = CommandRun.Done;
        foreach (var (path, format) in paths.Zip(formats))
        {
            await using var file = Open(path);
            using var content = new UploadContent(file, UploadProgress.Show("storing …"));
            content.Headers.ContentType = new MediaTypeHeaderValue(format == "csv" ? "text/csv" : "application/vnd.apache.parquet");
            var address = query.ToString() is { Length: > 0 } mapped ? $"{mapped}&format={format}" : $"?format={format}";
            var json = await server.UploadAsync($"api/fleet/v1/imports/samples{address}", content, null, cancel);
            var answer = json.Deserialize<SampleImportAnswer>(RestJson.Options)!;
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Print(path, answer);
            }

            code = answer.IsWhole ? code : CommandRun.Refused;
        }

        return code;
    }

    private static void Print(string path, SampleImportAnswer answer)
    {
        Screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {answer.Rows:N0} {(answer.Rows == 1 ? "row" : "rows")}, {answer.Samples:N0} {(answer.Samples == 1 ? "sample" : "samples")}: {answer.Stored:N0} stored, {answer.Duplicates:N0} there already."));
        Refused(answer.TooOld, "sample", "refused: more than 30 minutes behind the newest of their series, or behind the retention.");
        Refused(answer.TooNew, "sample", "refused: more than 10 minutes ahead of the server's clock.");
        Refused(answer.OfRefusedSeries, "sample", $"refused with their series, the first because {answer.FirstRefusal}.");
        Refused(answer.RowsWrong, "row", answer.Stopped ? "wrong, and reading ended there. The first:" : "wrong and left out. The first:");
        foreach (var error in answer.Errors)
        {
            Screen.Line($"  {path}: {error}");
        }
    }

    private static void Refused(long count, string of, string what)
    {
        if (count > 0)
        {
            Screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} {of}{(count == 1 ? "" : "s")} {what}"));
        }
    }

    private static Option<string[]> Many(string name, string description, string of) => new(name) { Description = description, HelpName = of };

    private static string FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" or ".tsv" or ".txt" => "csv",
        ".parquet" => "parquet",
        _ => throw new RefusedException($"{path}: neither .csv, .tsv, .txt nor .parquet: rename it, so that its format is known.", null),
    };

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read: {error.Message}", null);
        }
    }
}
