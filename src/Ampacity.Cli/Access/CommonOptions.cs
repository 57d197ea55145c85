using System.CommandLine;

namespace Ampacity.Cli;

/// <summary>Options that every command has.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = "Server to speak to, such as http://127.0.0.1:7480.",
        HelpName = "address",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMPACITY_URL"),
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Data folder to open in this process instead of speaking to a server.",
        HelpName = "folder",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMPACITY_DATA"),
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the answer as JSON, as the REST interface gives it.",
        Recursive = true,
    };

    /// <summary>Which server: what stands on the command line beats what stands in the environment.</summary>
    /// <exception cref="RefusedException">Both a server and a folder are named on the command line.</exception>
    public static AccessOptions Access(this ParseResult arguments)
    {
        var saysUrl = arguments.GetResult(Url) is { Implicit: false };
        var saysData = arguments.GetResult(Data) is { Implicit: false };
        if (saysUrl && saysData)
        {
            throw new RefusedException("--url names a server and --data a folder to open here: give one of them.", null) { Code = CommandRun.Usage };
        }

        return new AccessOptions(saysData ? null : arguments.GetValue(Url), saysUrl ? null : arguments.GetValue(Data));
    }

    /// <summary>Refuses common options that mean nothing to a command: passed over, they would seem to be followed.</summary>
    public static void TakesNot(this Command command, params Option[] options) => command.Validators.Add(result =>
    {
        foreach (var option in options.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{command.Name} takes no {option.Name}{(option == Url ? ": it asks no server" : "")}.");
        }
    });

    public static bool WantsJson(this ParseResult arguments) => arguments.GetValue(Json);
}
