using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>bind</c>: says by hand which series belong where, or makes and ends a binding rule.</summary>
internal static class BindCommand
{
    public static Command Make()
    {
        var match = new Argument<string?>("series") { Description = "A selector on labels as they came, such as '{instance=\"10.0.0.7:9100\"}'.", Arity = ArgumentArity.ZeroOrOne };
        var to = new Argument<string?>("to") { Description = "The place or asset that they belong to; or, with --asset or --place, the hall that declares the rule.", Arity = ArgumentArity.ZeroOrOne };
        var asset = new Option<string?>("--asset") { Description = "Find the asset by an identifier in a label: hostname=Hostname, or serial, mac, uuid.", HelpName = "kind=label" };
        var place = new Option<string?>("--place") { Description = "Find the place by a path in the hall with $label for a label's value, such as 'host:$Hostname/socket:$gpu'.", HelpName = "path" };
        var order = new Option<string?>("--order") { Description = "When it is tried: first (default), last, or instead of a rule, such as rule-2.", HelpName = "when" };
        var end = new Option<string?>("--end") { Description = "End a rule of the hall, such as override-1, as `ampacity show bindings` names it.", HelpName = "rule" };
        var hall = new Option<string?>("--hall") { Description = "The hall whose rule ends.", HelpName = "path" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be recorded, and record nothing." };
        var at = new Option<string?>("--at") { Description = "From when, such as 2026-11-23T12:00:00Z; past or future. Default: now." };
        var reason = new Option<string?>("--reason") { Description = "Why; kept with the change set." };
        var command = new Command(
            "bind", "Bind series to places from now (or --at) on; applied at once, taken back by `ampacity changes undo`.\n\n"
            + "Example:  ampacity bind '{instance=\"10.0.0.7:9100\"}' abilene/h1/r01/07/05")
        {
            match, to, asset, place, order, end, hall, dryRun, at, reason, ChangeRun.Yes,
        };
        command.SetAction((arguments, cancel) =>
        {
            EditRow row;
            if (arguments.GetValue(end) is { } rule)
            {
                row = arguments.GetValue(hall) is { } of && arguments.GetValue(match) is null
                    ? new EditRow("unbind", of) { Rule = rule, At = arguments.GetValue(at) }
                    : throw Usage("--end names a rule and --hall the hall that declares it, such as --end override-1 --hall abilene/h1; nothing else goes with them.");
            }
            else if (arguments.GetValue(match) is { } series && arguments.GetValue(to) is { } target)
            {
                var pair = arguments.GetValue(asset)?.Split('=', 2);
                row = pair is { Length: 1 }
                    ? throw Usage($"--asset is an identifier and the label that holds it, such as hostname=Hostname, not '{pair[0]}'.")
                    : new EditRow("bind", target)
                    {
                        Match = series,
                        AssetBy = pair?[0],
                        AssetFrom = pair?[1],
                        Place = arguments.GetValue(place),
                        Order = arguments.GetValue(order),
                        At = arguments.GetValue(at),
                    };
            }
            else
            {
                throw Usage("Say which series and to what, such as: ampacity bind '{instance=\"10.0.0.7:9100\"}' abilene/h1/r01/07/05; or --end and --hall.");
            }

            EditsRequest Request(bool planOnly) => new([row], ChangeRun.Author, arguments.GetValue(reason), planOnly);
            return arguments.GetValue(dryRun)
                ? CommandRun.AskAsync<ChangeReport>(arguments, HttpMethod.Post, "api/fleet/v1/edits", Request(true), ApplyCommand.Print, cancel)
                : ChangeRun.RunAsync(arguments, "api/fleet/v1/edits", Request, cancel);
        });
        return command;
    }

    private static RefusedException Usage(string message) => new(message, null) { Code = CommandRun.Usage };
}
