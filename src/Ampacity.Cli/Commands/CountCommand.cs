using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>count</c>: racks, trays, accelerators and design draw by what they have in common.</summary>
internal static class CountCommand
{
    public static Command Make()
    {
        var by = new Option<string?>("--by")
        {
            Description = "One or two of state, sku, vendor, programme, tenant, operator, owner, site, building, hall, row; or kind alone.",
            HelpName = "properties",
            DefaultValueFactory = _ => "state",
        };
        var under = new Argument<string?>("path") { Description = "Where to count; the whole fleet if left out.", Arity = ArgumentArity.ZeroOrOne };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "count", "Count racks, trays and accelerators, and add up their design draw.\n\nExample:  ampacity count abilene --by hall,state") { under, by, asOf, knownAt };
        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("by", arguments.GetValue(by)).Add("under", arguments.GetValue(under))
                .Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<CountAnswer>(arguments, HttpMethod.Get, $"api/fleet/v1/counts{query}", null, Print, cancel);
        });
        return command;
    }

    private static void Print(CountAnswer answer)
    {
        var byKind = answer.By is ["kind"];
        var columns = answer.By.Select(by => (by, 0, false)).ToList();
        if (byKind)
        {
            columns.Add(("nodes", 0, true));
        }

        columns.AddRange([("racks", 0, true), ("trays", 3, true), ("accelerators", 1, true), ("design", 0, true)]);
        Screen.Fitted(columns, answer.Groups.Append(answer.Total).Select((group, i) =>
        {
            var isTotal = i == answer.Groups.Count;
            var cells = answer.By.Select((by, at) => isTotal ? at == 0 ? "total" : "" : group.Keys.GetValueOrDefault(by) ?? "–").ToList();
            if (byKind)
            {
                cells.Add(isTotal ? "" : Screen.Count(group.Nodes ?? 0));
            }

            cells.AddRange([Screen.Count(group.Racks), Screen.Count(group.ComputeTrays + group.SwitchTrays), Screen.Count(group.Accelerators), Screen.Power(group.DesignWatts)]);
            return cells.ToArray();
        }));
        if (answer.Claims.Count > 0)
        {
            Screen.Say("Design draw at rack input by "
                + string.Join(", ", answer.Claims.Select(claim => $"{claim.Kind} claims ({Screen.Count(claim.Racks)} racks, {Screen.Power(claim.DesignWatts)})")) + ".");
        }

        if (answer.Total.RacksClaimed < answer.Total.Racks)
        {
            Screen.Say($"{Screen.Count(answer.Total.Racks - answer.Total.RacksClaimed)} racks have no SKU that claims a draw: they are not in it.");
        }
    }
}
