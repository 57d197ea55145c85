using Ampacity.Cli;

// Without a word of what is wanted, say what there is; "help query" is what people type before they know of --help.
return await CommandRun.InvokeAsync(Commands.Root(), args is [] or ["help", ..] ? [.. args.Skip(1), "--help"] : args);
