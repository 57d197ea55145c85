using Ampacity.Cli;

// Without a word of what is wanted, say what there is.
return await CommandRun.InvokeAsync(Commands.Root(), args.Length == 0 ? ["--help"] : args);
