using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>journal</c>: what the sample journal of a data folder holds, for looking after the fact.</summary>
internal static class JournalCommand
{
    public static Command Make()
    {
        var command = new Command(
            "journal", "Print the sample journal as JSON lines; the server need not run.\n\nExample:  ampacity journal --data ampacity-data | head");
        command.TakesNot(CommonOptions.Url, CommonOptions.Json);
        command.SetAction((arguments, cancel) =>
        {
            // The console's stream takes a pipe that was closed (head has seen enough) for written; a full disk is an error as everywhere.
            using var output = Console.OpenStandardOutput();
            JournalDump.Write(arguments.GetValue(CommonOptions.Data) ?? new ServerSettings().DataFolder, output, cancel);
            return Task.FromResult(CommandRun.Done);
        });
        return command;
    }
}
