using System.Diagnostics;
using System.Globalization;

namespace Ampacity.Scenarios;

/// <summary>Runs the README's console blocks as they stand, in a shell, and holds the answers against them.</summary>
public sealed class ReadmeTranscriptTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-readme-").FullName;
    private readonly List<AmpacityProcess> _running = [];
    private readonly string _serverPort = Checkout.FreePort().ToString(CultureInfo.InvariantCulture);
    private readonly string _bmcPort = Checkout.FreePort().ToString(CultureInfo.InvariantCulture);

    public ValueTask InitializeAsync()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "examples"), Path.Combine(Checkout.Root, "examples"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_path_in_the_readme_does_what_it_shows()
    {
        var steps = Transcript.Read(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "README.md")));
        Assert.True(steps.Count >= 10, $"the README has {steps.Count} commands: its console blocks were not found");
        foreach (var step in steps)
        {
            var command = OwnPorts(step.Command);
            string[] expected = [.. step.Expected.Select(OwnPorts)];
            if (command.EndsWith('&'))
            {
                var process = Shell("exec " + command.TrimEnd('&', ' '));
                _running.Add(process);
                await UntilAsync(command, expected, () => Task.FromResult(process.Output));
            }
            else
            {
                await UntilAsync(command, expected, () => RunAsync(command), mayRepeat: IsQuestion(command));
            }
        }
    }

    // A question may be asked again until the first readings are there; a change is made once.
    private static bool IsQuestion(string command) =>
        command.StartsWith("curl", StringComparison.Ordinal) || command.StartsWith("ampacity query", StringComparison.Ordinal);

    private static async Task UntilAsync(string command, IReadOnlyList<string> expected, Func<Task<string>> outputAsync, bool mayRepeat = true)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var output = await outputAsync();
            if (Transcript.Matches(expected, output))
            {
                return;
            }

            if (!mayRepeat || waited.Elapsed > AmpacityProcess.Patience)
            {
                Assert.Fail($"$ {command}\nshould print\n{string.Join('\n', expected)}\nand printed\n{output}");
            }

            await Task.Delay(500);
        }
    }

    private async Task<string> RunAsync(string command)
    {
        await using var shell = Shell(command);
        await shell.WaitForExitAsync();
        return shell.Output;
    }

    private AmpacityProcess Shell(string command) => AmpacityProcess.StartProgram(
        "/bin/bash",
        _folder,
        ["-c", $"export PATH='{Path.GetDirectoryName(Checkout.Executable)}':\"$PATH\" AMPACITY_URL=http://127.0.0.1:{_serverPort} "
            + $"AMPACITY_LISTEN=http://127.0.0.1:{_serverPort}; {command}"]);

    // The default ports may be somebody's own server's.
    private string OwnPorts(string text) => text
        .Replace("127.0.0.1:7480", $"127.0.0.1:{_serverPort}").Replace("--port 8000", $"--port {_bmcPort}").Replace(":8000", $":{_bmcPort}");
}
