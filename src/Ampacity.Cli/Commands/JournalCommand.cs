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
        command.SetAction((arguments, cancel) =>
        {
            using var output = Console.OpenStandardOutput();
            try
            {
                JournalDump.Write(arguments.GetValue(CommonOptions.Data) ?? new ServerSettings().DataFolder, output, cancel);
            }
            catch (IOException) when (Console.IsOutputRedirected)
            {
                // The reader of the pipe (head) has seen enough.
                return Task.FromResult(CommandRun.Done);
            }

            return Task.FromResult(CommandRun.Done);
        });
        return command;
    }
}
