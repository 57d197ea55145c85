using System.Diagnostics;
using System.Text;

namespace Ampacity.Scenarios;

/// <summary>One process of a scenario: what it said, line by line, and its end. Ended by its id when disposed.</summary>
internal sealed class AmpacityProcess : IAsyncDisposable
{
    /// <summary>Longest wait for anything; a loaded two-core machine needs a tenth of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private AmpacityProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output => Copy(_output);

    public string Errors => Copy(_errors);

    /// <summary>Starts the command under test.</summary>
    public static AmpacityProcess Start(string folder, params string[] arguments) => StartProgram(Checkout.Executable, folder, arguments);

    /// <summary>Starts any program.</summary>
    public static AmpacityProcess StartProgram(string program, string folder, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // No setting of the person who runs the tests reaches the process.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AMPACITY_", StringComparison.Ordinal) && name != "AMPACITY_TEST_DATA").ToArray())
        {
            start.Environment.Remove(name);
        }

        var running = new AmpacityProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => Add(running._output, line.Data);
        running._process.ErrorDataReceived += (_, line) => Add(running._errors, line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Runs the command under test to its end.</summary>
    public static async Task<CommandResult> RunAsync(string folder, string? input, params string[] arguments)
    {
        await using var process = Start(folder, arguments);
        if (input is not null)
        {
            await process._process.StandardInput.WriteAsync(input);
        }

        return await process.WaitForExitAsync();
    }

    /// <summary>Closes its input and waits for its end, and for the last of what it says.</summary>
    public async Task<CommandResult> WaitForExitAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return new CommandResult(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until the process has said something, and gives the line.</summary>
    public async Task<string> WaitForLineAsync(string text, TimeSpan? within = null)
    {
        var patience = within ?? Patience;
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < patience)
        {
            var line = Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
            if (line is not null)
            {
                return line;
            }

            Assert.False(_process.HasExited, $"the process ended before it said '{text}':\n{Output}{Errors}");
            await Task.Delay(50);
        }

        Assert.Fail($"the process did not say '{text}' within {patience.TotalSeconds} s:\n{Output}{Errors}");
        throw new InvalidOperationException("Bug: Assert.Fail returned");
    }

    /// <summary>SIGKILL, as the machine's out-of-memory killer would send it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM first: sessions on BMCs are to be deleted.
            using (var terminate = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await terminate.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    private static string Copy(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors);
