using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>accept</c>: records what a drift proposes, as a change set that can be undone.</summary>
internal static class AcceptCommand
{
    public static Command Make()
    {
        var ids = new Argument<string[]>("drift") { Description = "Names of drifts as `ampacity drift` prints them, such as d-1f2e3d4c5b6a.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every drift that can be accepted, of --kind and below --in where they are given." };
        var kind = new Option<string?>("--kind") { Description = "With --all: only of these kinds, with commas, such as boardSwapped." };
        var within = new Option<string?>("--in") { Description = "With --all: only below this path." };
        var place = new Option<string?>("--place") { Description = "Where an unexpected tray stands, such as site/hall/r01/01/05." };
        var reason = new Option<string?>("--reason") { Description = "Why; kept with the change set." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be recorded, and record nothing." };
        var command = new Command(
            "accept", "Record what a drift proposes as found: one change set, which `ampacity changes undo` takes back.\n\nExample:  ampacity accept d-1f2e3d4c5b6a --reason \"tray was exchanged\"")
        {
            ids, all, kind, within, place, reason, dryRun, ChangeRun.Yes,
        };
        command.Validators.Add(result =>
        {
            var named = result.GetValue(ids) is { Length: > 0 };
            if (named == result.GetValue(all) || (named && (result.GetValue(kind) ?? result.GetValue(within)) is not null))
            {
                result.AddError("Name drifts, or give --all with --kind or --in: one of the two.");
            }
            else if (result.GetValue(place) is not null && result.GetValue(ids) is not { Length: 1 })
            {
                result.AddError("--place goes with one drift.");
            }
        });
        command.SetAction((arguments, cancel) =>
        {
            var names = arguments.GetValue(ids)!;
            var only = arguments.GetValue(dryRun);
            return names.Length == 1
                ? ChangeRun.RunAsync(arguments, $"api/fleet/v1/drift/{Uri.EscapeDataString(names[0])}/accept", dry =>
                    new AcceptRequest(ChangeRun.Author, arguments.GetValue(reason), dry || only, null, arguments.GetValue(place)), cancel)
                : ChangeRun.RunAsync(arguments, "api/fleet/v1/drift/accept", dry => new AcceptManyRequest(
                    ChangeRun.Author, names.Length == 0 ? null : names, arguments.GetValue(kind), arguments.GetValue(within), arguments.GetValue(all),
                    arguments.GetValue(reason), dry || only), cancel);
        });
        return command;
    }
}
