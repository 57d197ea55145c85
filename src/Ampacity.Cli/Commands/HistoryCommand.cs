using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>history</c>: change sets, newest first.</summary>
internal static class HistoryCommand
{
    public static Command Make()
    {
        var command = new Command("history", "List what was changed, by whom, when and why.\n\nExample:  ampacity history");
        command.SetAction((arguments, cancel) => CommandRun.AskAsync<Page<ChangeSetRow>>(
            arguments, HttpMethod.Get, "api/fleet/v1/changes", null, page =>
            {
                Screen.Table(
                    ["change", "recorded", "author", "reason"],
                    page.Items.Select(change => new[] { change.Id, Screen.Time(change.RecordedMs), change.Author, change.Reason }));
            }, cancel));
        return command;
    }
}
