using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>elevation</c>: a rack drawn from the front, with what is in the rear and on the side.</summary>
internal static class ElevationCommand
{
    private const int Inner = 62;

    public static Command Make()
    {
        var rack = new Argument<string>("rack") { Description = "A rack, by path." };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command("elevation", "Draw a rack unit by unit.\n\nExample:  ampacity elevation site/hall/r01/01") { rack, asOf, knownAt };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("of", arguments.GetValue(rack)).Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<ElevationAnswer>(arguments, HttpMethod.Get, $"api/fleet/v1/racks/elevation{query}", null, Print, cancel);
        });
        return command;
    }

    private static void Print(ElevationAnswer answer)
    {
        foreach (var line in Draw(answer))
        {
            Screen.Line(line);
        }
    }

    /// <summary>The drawing, from the top down, at most 80 columns wide.</summary>
    internal static IEnumerable<string> Draw(ElevationAnswer answer)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.Of}  {answer.Sku ?? "no SKU"}  {answer.Units} {answer.Unit}{(answer.IsHeightStated ? "" : " (by what is in it)")}");
        foreach (var line in Face(answer, answer.Front, "front"))
        {
            yield return line;
        }

        if (answer.Rear.Count > 0)
        {
            foreach (var line in Face(answer, answer.Rear, "rear"))
            {
                yield return line;
            }
        }

        foreach (var item in answer.Side)
        {
            yield return $"{item.Name,-8} {TableFit.Cut(Describe(item), Inner)}";
        }
    }

    private static IEnumerable<string> Face(ElevationAnswer answer, IReadOnlyList<ElevationRow> items, string title)
    {
        yield return $"    ┌─ {title} {new string('─', Inner - title.Length - 1)}┐";
        for (var unit = answer.Units; unit >= 1; unit--)
        {
            // A thing is named at its highest unit and goes on down to its lowest.
            var here = items.Where(item => unit >= Math.Floor(item.LowestUnit) && unit < item.LowestUnit + item.Units).ToArray();
            var text = here.Length == 0 ? "·"
                : string.Join(" + ", here.Select(item => unit + 1 < item.LowestUnit + item.Units ? "│" : Describe(item)));
            yield return $"{unit.ToString(CultureInfo.InvariantCulture),3} │ {TableFit.Cut(text, Inner).PadRight(Inner)} │";
        }

        yield return $"    └{new string('─', Inner + 2)}┘";
    }

    private static string Describe(ElevationRow item)
    {
        var said = new List<string> { item.Title ?? item.Sku ?? item.SkuKind ?? "something" };
        if (item.Accelerators is { } accelerators)
        {
            said.Add(string.Create(CultureInfo.InvariantCulture, $"{accelerators} acc"));
        }

        if ((item.Serial ?? item.AssetId) is { } id)
        {
            said.Add(id);
        }

        if (item.State is { } state)
        {
            said.Add(state);
        }

        return string.Join(", ", said);
    }
}
