using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>changes</c> lists the change sets; <c>changes undo</c> takes one back.</summary>
internal static class ChangesCommand
{
    public static Command Make()
    {
        var change = new Argument<string>("change") { Description = "The change set, such as change_12 or 12." };
        var undo = new Command(
            "undo", "Take a change set back by another one; refused where later changes touched the same facts.\n\nExample:  ampacity changes undo change_12")
        {
            change, ChangeRun.Yes,
        };
        undo.SetAction((arguments, cancel) =>
        {
            var text = arguments.GetValue(change)!;
            var digits = text.StartsWith("change_", StringComparison.Ordinal) ? text["change_".Length..] : text;
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? ChangeRun.RunAsync(
                    arguments, $"api/fleet/v1/changes/{number.ToString(CultureInfo.InvariantCulture)}/undo", dryRun => new UndoRequest(ChangeRun.Author, null, dryRun), cancel)
                : throw new RefusedException($"'{text}' is no change set: `ampacity history` lists them.", null) { Code = CommandRun.Usage };
        });
        var command = new Command("changes", "List the change sets, newest first; `changes undo` takes one back.\n\nExample:  ampacity changes") { undo };
        command.SetAction(HistoryCommand.ListAsync);
        return command;
    }
}
