using System.CommandLine;

namespace Ampacity.Cli;

/// <summary>The whole command line, one line a command.</summary>
internal static class Commands
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Ampacity: inventory and telemetry for AI-accelerator fleets.")
        {
            ServeCommand.Make(),
            DemoCommand.Make(),
            SimulateCommand.Make(),
            ApplyCommand.MakeDiff(),
            ApplyCommand.MakeApply(),
            ListCommand.Make(),
            ImportCommand.Make(),
            ExportCommand.Make(),
            TreeCommand.Make(),
            ShowCommand.Make(),
            FindCommand.Make(),
            CountCommand.Make(),
            EventsCommand.Make(),
            HistoryCommand.Make(),
            EditCommands.MakeSet(),
            EditCommands.MakeCorrect(),
            EditCommands.MakeState(),
            EditCommands.MakeMove(),
            EditCommands.MakeRetire(),
            EditCommands.MakeMerge(),
            EditCommands.MakeSplit(),
            EditCommands.MakeSwapBmc(),
            BindCommand.Make(),
            ChangesCommand.Make(),
            ElevationCommand.Make(),
            PathCommand.Make(),
            BelowCommand.Make(),
            DiscoverCommand.Make(),
            DriftCommand.Make(),
            AcceptCommand.Make(),
            BringUpCommand.Make(),
            QueryCommand.Make(),
            SqlCommand.Make(),
            TopCommand.Make(),
            WhatIfCommand.Make(),
            CredentialsCommand.Make(),
            BackupCommand.Make(),
            BackupCommand.MakeRestore(),
            JournalCommand.Make(),
        };
        ExampleHelp.Give(root);
        root.Options.Add(CommonOptions.Url);
        root.Options.Add(CommonOptions.Data);
        root.Options.Add(CommonOptions.Json);
        return root;
    }
}
