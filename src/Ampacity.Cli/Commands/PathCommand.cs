using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>path</c>: every way from a rack up to the utility, with every rating.</summary>
internal static class PathCommand
{
    public static Command Make()
    {
        var place = new Argument<string>("path") { Description = "A rack, a place in one, or a power node." };
        var limit = new Option<int>("--limit") { Description = "Most ways, 1 to 4,096.", DefaultValueFactory = _ => 16 };
        limit.Within(1, 4_096);
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "path", "Show every way from a rack up to the utility, with every rating on it.\n\nExample:  ampacity path site/hall/r01/01") { place, limit, asOf, knownAt };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("of", arguments.GetValue(place))
                .Add("limit", arguments.GetValue(limit).ToString(CultureInfo.InvariantCulture))
                .Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<PowerPathAnswer>(arguments, HttpMethod.Get, $"api/fleet/v1/power/path{query}", null, Print, cancel);
        });
        return command;
    }

    private static void Print(PowerPathAnswer answer)
    {
        for (var i = 0; i < answer.Paths.Count; i++)
        {
            var way = answer.Paths[i];
            Screen.Say(string.Create(CultureInfo.InvariantCulture, $"Way {i + 1} of {answer.Total}, {way.Share:0.#%} of the load:"));
            Screen.Fitted(
                [("node", 0, false), ("kind", 2, false), ("rating", 1, true), ("limit", 0, true), ("volts", 3, true), ("efficiency", 5, true), ("mode", 4, false)],
                way.Steps.Select(step => new[]
                {
                    step.Path, step.Kind, Rating(step), Screen.Power(step.LimitWatts), Volts(step),
                    step.Efficiency is { } efficiency ? efficiency.ToString("0.#%", CultureInfo.InvariantCulture) : "–", Mode(step),
                }));
            if (way.LeavesScope == true)
            {
                Screen.Say("It goes on outside your scope.");
            }

            if (way.IsTooLong == true)
            {
                Screen.Say("It goes on: it is longer than is followed.");
            }

            Screen.Line();
        }

        if (answer.IsCut)
        {
            Screen.Note($"{answer.Total - answer.Paths.Count} more ways: raise --limit.");
        }
    }

    private static string Rating(PowerStepRow step) => step is { Amperes: { } amperes, Volts: { } volts }
        ? string.Create(CultureInfo.InvariantCulture, $"{amperes:0.#} A at {volts:0.#} V")
        : Screen.Power(step.RatingWatts);

    private static string Volts(PowerStepRow step) => step switch
    {
        { InputVolts: { } input, OutputVolts: { } output } => string.Create(CultureInfo.InvariantCulture, $"{input:0.#} > {output:0.#}"),
        { OutputVolts: { } output } => output.ToString("0.#", CultureInfo.InvariantCulture),
        _ => "–",
    };

    private static string Mode(PowerStepRow step) => step.Mode is not { } spelled ? "–" : Screen.Words(spelled) is var mode && step.TransferSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{mode}, {seconds * 1000:0.#} ms") : mode;
}
