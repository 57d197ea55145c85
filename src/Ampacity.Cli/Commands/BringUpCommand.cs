using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>bring-up</c>: is a rack complete, right and healthy. Exit code 1 unless every check passes.</summary>
internal static class BringUpCommand
{
    public static Command Make()
    {
        var rack = new Argument<string>("rack") { Description = "Path of a rack, such as site/hall/r01/01." };
        var all = new Option<bool>("--all") { Description = "Every line of evidence, also of what is right." };
        var command = new Command("bring-up", "Report on a rack that is brought up: complete, right ones, firmware, links, leak detectors, power.\n\nExample:  ampacity bring-up site/hall/r01/01") { rack, all };
        command.SetAction((arguments, cancel) => CommandRun.AskAsync<BringUpAnswer>(
            arguments, HttpMethod.Get, $"api/fleet/v1/bring-up/{arguments.GetValue(rack)!.Trim('/')}", null, answer => Print(answer, arguments.GetValue(all)), cancel,
            answer => answer.State == "pass" ? CommandRun.Done : CommandRun.Refused));
        return command;
    }

    private static void Print(BringUpAnswer answer, bool all)
    {
        Screen.Say($"{answer.Rack}  {answer.Sku ?? "no SKU"}  {Words(answer.State)}", colour: Colour(answer.State));
        Screen.FittedOrEntries(
            [("check", 0, false), ("answer", 0, false), ("says", 1, false)],
            answer.Checks.Select(check => new[] { check.Question, Words(check.State), check.Summary }));
        foreach (var check in answer.Checks)
        {
            foreach (var line in check.Evidence.Where(line => all || line.State != "pass").GroupBy(line => (line.State, line.Text)))
            {
                var places = string.Join(", ", line.Where(one => one.Place.Length > 0).Select(one => one.Place.StartsWith(answer.Rack + "/", StringComparison.Ordinal) ? one.Place[(answer.Rack.Length + 1)..] : one.Place));
                Screen.Say($"{check.Name}: {Words(line.Key.State)}: {(places.Length > 0 ? places + ": " : "")}{line.Key.Text}", indent: 4, colour: Colour(line.Key.State));
            }
        }

        Screen.Say($"Survey of {Screen.Time(answer.SurveyBeganMs)}, inventory at {answer.Revision}; to print: /bring-up/{answer.Rack}");
    }

    private static string Words(string state) => state == "notVerifiable" ? "not verifiable" : state;

    private static string? Colour(string state) => state switch { "pass" => "green", "fail" => "red", _ => "yellow" };
}
