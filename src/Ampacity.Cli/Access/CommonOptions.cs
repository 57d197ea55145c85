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

    public static AccessOptions Access(this ParseResult arguments) => new(arguments.GetValue(Url), arguments.GetValue(Data));

    public static bool WantsJson(this ParseResult arguments) => arguments.GetValue(Json);
}
