using System.CommandLine;
using Ampacity.Cli;

var root = new RootCommand("Ampacity: inventory and telemetry for AI-accelerator fleets.")
{
    ServeCommand.Make(),
    SimulateCommand.Make(),
    ApplyCommand.MakeDiff(),
    ApplyCommand.MakeApply(),
    TreeCommand.Make(),
    ShowCommand.Make(),
    HistoryCommand.Make(),
    DiscoverCommand.Make(),
    DriftCommand.Make(),
    QueryCommand.Make(),
    WhatIfCommand.Make(),
    CredentialsCommand.Make(),
    JournalCommand.Make(),
};
root.Options.Add(CommonOptions.Url);
root.Options.Add(CommonOptions.Data);
root.Options.Add(CommonOptions.Json);
return await CommandRun.InvokeAsync(root, args);
