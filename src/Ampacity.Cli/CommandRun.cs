using System.CommandLine;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>Runs a command and turns what happened into an exit code: 0 done, 1 refused or difference found, 2 usage.</summary>
internal static class CommandRun
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int Usage = 2;

    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var arguments = root.Parse(args);
        var wrong = ParseErrors.In(arguments);
        if (wrong.Count > 0)
        {
            foreach (var message in wrong)
            {
                Screen.Note(message);
            }

            Screen.Note("Add --help to see what the command takes.");
            return Usage;
        }

        // A closed terminal ends a command as Ctrl+C does, so that nothing is left behind.
        using var hangUp = new CancellationTokenSource();
        using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGHUP,
            context =>
            {
                context.Cancel = true;
                hangUp.Cancel();
            });
        try
        {
            return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, hangUp.Token);
        }
        catch (RefusedException refused)
        {
            if (arguments.WantsJson() && refused.Problem is { } problem)
            {
                Screen.Json(problem);
            }
            else
            {
                Screen.Note(refused.Message);
            }

            return refused.Code;
        }
        catch (StartException error)
        {
            Screen.Note(error.Message);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            Screen.Note("Stopped.");
            return Refused;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A disk or a pipe that refuses is the world's failure, not ours: its own sentence names the file.
            Screen.Note(error.Message);
            return Refused;
        }
    }

    /// <summary>The usual shape of a command: ask the server one thing, print it as JSON or for people; the exit code is the same for both.</summary>
    public static async Task<int> AskAsync<T>(
        ParseResult arguments,
        HttpMethod method,
        string path,
        object? body,
        Action<T> print,
        CancellationToken cancellationToken,
        Func<T, int>? code = null,
        bool mayCreate = false)
    {
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancellationToken, mayCreate);
        var json = await server.SendAsync(method, path, body, cancellationToken);
        var answer = json.Deserialize<T>(RestJson.Options)!;
        if (arguments.WantsJson())
        {
            Screen.Json(json);
        }
        else
        {
            print(answer);
        }

        return code?.Invoke(answer) ?? Done;
    }
}
