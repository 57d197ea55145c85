using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Ampacity.Cli;

/// <summary><c>query</c>: PromQL with topology labels, one instant.</summary>
internal static class QueryCommand
{
    public static Command Make()
    {
        var expression = new Argument<string>("expression") { Description = "A PromQL expression." };
        var at = new Option<string?>("--time") { Description = "Instant: RFC 3339 or seconds since 1970; now if left out." };
        var command = new Command(
            "query", "Evaluate PromQL at one instant.\n\nExample:  ampacity query 'sum by (hall, rack) (hw_power_watts)'") { expression, at };
        command.SetAction(async (arguments, cancel) =>
        {
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var query = new QueryText().Add("query", arguments.GetValue(expression)).Add("time", arguments.GetValue(at));
            var json = await server.SendAsync(HttpMethod.Get, $"api/v1/query{query}", null, cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Print(json);
            }

            return CommandRun.Done;
        });
        return command;
    }

    private static void Print(JsonElement answer)
    {
        foreach (var warning in answer.TryGetProperty("warnings", out var warnings) ? warnings.EnumerateArray() : default)
        {
            Screen.Note(warning.GetString()!);
        }

        var data = answer.GetProperty("data");
        var result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "vector" or "matrix":
                PrintSeries([.. result.EnumerateArray()]);
                break;
            default:
                Screen.Line(result[1].GetString()!);
                break;
        }
    }

    private static void PrintSeries(IReadOnlyList<JsonElement> series)
    {
        if (series.Count == 0)
        {
            Screen.Note("No series matches now.");
            return;
        }

        // One column a label, so that two rows are compared at a glance.
        string[] labels = [.. series.SelectMany(one => one.GetProperty("metric").EnumerateObject().Select(label => label.Name))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var rows = series.Select(one => labels
            .Select(label => one.GetProperty("metric").TryGetProperty(label, out var value) ? value.GetString()! : "")
            .Append(Newest(one)).ToArray()).ToArray();
        // Which labels matter only the asker knows: those that are the same in every row go first.
        Screen.Fitted(
            [.. labels.Select((label, i) => (label, rows.All(row => row[i] == rows[0][i]) ? 2 : 1, false)), ("value", 0, true)], rows);
    }

    private static string Newest(JsonElement series)
    {
        var sample = series.TryGetProperty("value", out var value) ? value : series.GetProperty("values").EnumerateArray().Last();
        var text = sample[1].GetString()!;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("0.###", CultureInfo.InvariantCulture)
            : text;
    }
}
