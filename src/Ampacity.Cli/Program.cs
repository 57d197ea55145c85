using Ampacity.Cli;

return await CommandRun.InvokeAsync(Commands.Root(), args);
