using System.CommandLine;
using Ampacity.Server;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary><c>credentials set, list, remove</c>: what BMCs are asked with. A password never stands in an argument list.</summary>
internal static class CredentialsCommand
{
    private const string ForText = "Which BMCs: an address, a block (10.1.0.0/24), a name (bmc-7*), mac:02:00:*, platform:nvidia-gb200-nvl, account:<name> for lists of hosts, or default.";
    private const int PasswordFileBytesMax = 4096;

    public static Command Make() => new("credentials", "Accounts on BMCs.\n\nExample:  ampacity credentials set root --password-stdin < password-file")
    {
        MakeSet(), MakeList(), MakeRemove(),
    };

    private static Command MakeSet()
    {
        var user = new Argument<string>("user") { Description = "User name on the BMCs." };
        var pattern = new Option<string>("--for") { Description = ForText, DefaultValueFactory = _ => BmcAccounts.DefaultName };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input." };
        var file = new Option<string?>("--password-file") { Description = "Read the password from the first line of a file." };
        var variable = new Option<string?>("--password-env") { Description = "Read the password from this environment variable." };
        var set = new Command(
            "set", "Set an account that BMCs are read with; it is kept encrypted.\n\nExample:  ampacity credentials set root --for 10.1.0.0/24 --password-file password-file") { user, pattern, stdin, file, variable };
        set.Validators.Add(result =>
        {
            if ((result.GetValue(stdin) ? 1 : 0) + (result.GetValue(file) is null ? 0 : 1) + (result.GetValue(variable) is null ? 0 : 1) > 1)
            {
                result.AddError("A password comes from one place: --password-stdin, --password-file or --password-env.");
            }
        });
        set.SetAction(async (arguments, cancel) =>
        {
            var password = arguments.GetValue(file) is { } path ? OfFile(path)
                : arguments.GetValue(variable) is { } name ? Environment.GetEnvironmentVariable(name) ?? throw new RefusedException($"There is no environment variable {name}.", null)
                : arguments.GetValue(stdin) || Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancel) ?? ""
                : AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
            if (password.Length == 0)
            {
                throw new RefusedException("The password is empty: give it on one line.", null);
            }

            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate: true);
            var bmcs = arguments.GetValue(pattern)!;
            var json = await server.SendAsync(
                HttpMethod.Put, $"api/fleet/v1/credentials/{Uri.EscapeDataString(bmcs)}", new CredentialRequest(arguments.GetValue(user)!, password), cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(json);
            }
            else
            {
                Screen.Line($"{(bmcs == BmcAccounts.DefaultName ? "BMCs" : $"BMCs of {bmcs}")} are read as {arguments.GetValue(user)}; the password is kept encrypted in the data folder.");
            }

            return CommandRun.Done;
        });
        return set;
    }

    private static Command MakeList()
    {
        var list = new Command("list", "List accounts in the order in which they are tried: the first that fits a BMC is taken, and no other.\n\nExample:  ampacity credentials list");
        list.SetAction((arguments, cancel) => CommandRun.AskAsync<CredentialList>(arguments, HttpMethod.Get, "api/fleet/v1/credentials", null, Print, cancel));
        return list;
    }

    private static Command MakeRemove()
    {
        var pattern = new Option<string>("--for") { Description = ForText, Required = true };
        var remove = new Command("remove", "Forget an account.\n\nExample:  ampacity credentials remove --for 10.1.0.0/24") { pattern };
        remove.SetAction((arguments, cancel) => CommandRun.AskAsync<CredentialSaved>(
            arguments, HttpMethod.Delete, $"api/fleet/v1/credentials/{Uri.EscapeDataString(arguments.GetValue(pattern)!)}", null, gone => Screen.Line($"The account for {gone.Name} is forgotten."), cancel));
        return remove;
    }

    private static void Print(CredentialList list)
    {
        if (list.Items.Count == 0)
        {
            Screen.Say("No account is kept: ampacity credentials set <user> --password-stdin");
            return;
        }

        Screen.Fitted(
            [("order", 0, true), ("for", 0, false), ("user", 0, false), ("bmcs", 1, true), ("means", 2, false)],
            list.Items.Select(row => new[] { Screen.Count(row.Order), row.For, row.Username, Screen.Count(row.Bmcs), row.Means }));
        Screen.Say("The first that fits a BMC is taken, and no other after it: a refused login is not tried with another account, since BMCs lock accounts."
            + (list.Without > 0 ? $" None is for {Screen.Count(list.Without)} known BMCs." : ""));
    }

    private static string OfFile(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var bytes = new byte[PasswordFileBytesMax];
            using var reader = new StreamReader(new MemoryStream(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
            return reader.ReadLine() ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read: {error.Message}", null);
        }
    }
}
