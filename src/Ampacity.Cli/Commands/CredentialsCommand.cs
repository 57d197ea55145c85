using System.CommandLine;
using Ampacity.Server;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary><c>credentials set</c>: what BMCs are asked with. The password never stands in an argument list.</summary>
internal static class CredentialsCommand
{
    public static Command Make()
    {
        var user = new Argument<string>("user") { Description = "User name on the BMCs." };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input." };
        var set = new Command(
            "set", "Set the account that BMCs are read with.\n\nExample:  ampacity credentials set root --password-stdin < password-file") { user, stdin };
        set.SetAction(async (arguments, cancel) =>
        {
            var password = arguments.GetValue(stdin) || Console.IsInputRedirected
                ? (await Console.In.ReadLineAsync(cancel) ?? "")
                : AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
            if (password.Length == 0)
            {
                throw new RefusedException("The password is empty: give it on one line of standard input.", null);
            }

            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate: true);
            var json = await server.SendAsync(
                HttpMethod.Put, "api/fleet/v1/credentials/default", new CredentialRequest(arguments.GetValue(user)!, password), cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Screen.Line($"BMCs are read as {arguments.GetValue(user)}; the password is kept encrypted in the data folder.");
            }

            return CommandRun.Done;
        });
        return new Command("credentials", "Accounts on BMCs.\n\nExample:  ampacity credentials set root --password-stdin < password-file") { set };
    }
}
