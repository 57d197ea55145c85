using System.Diagnostics;
using System.Text;

namespace Ampacity.Load;

/// <summary>A real <c>ampacity serve</c>, which is killed, or told to stop.</summary>
internal sealed class ServeProcess : IDisposable
{
    private const string Ready = "Ampacity serves";

    /// <summary>What takes longer than this hangs. A loaded machine needs a hundredth of it, and once took more than a minute and a half.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServeProcess(string program, string folder, double blockSpanSeconds, params string[] more)
        : this(program, folder, blockSpanSeconds, isBrief: true, more)
    {
    }

    /// <param name="program">The command.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="blockSpanSeconds">Length of its blocks.</param>
    /// <param name="isBrief">Whether it lives for a second or two: instrumenting code for later would be most of it.</param>
    /// <param name="more">Further options.</param>
    public ServeProcess(string program, string folder, double blockSpanSeconds, bool isBrief, string[] more)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["serve", "--data", folder, "--listen", "http://127.0.0.1:0", "--block-span", Invariant(blockSpanSeconds), .. more])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AMPACITY_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        if (isBrief)
        {
            start.Environment["DOTNET_TieredPGO"] = "0";
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(Ready, StringComparison.Ordinal) == true)
            {
                _url.TrySetResult(line.Data[(line.Data.LastIndexOf(' ') + 1)..].Trim());
            }
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.Exited += (_, _) => _url.TrySetException(new KillRunException($"the server ended by itself with {_process.ExitCode} before it was killed:\n{Errors}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote to standard error: warnings of damage, of which there may be none.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString().Trim();
            }
        }
    }

    /// <summary>Whether it needed so long to listen that the machine must be loaded.</summary>
    public bool WasLate { get; private set; }

    /// <summary>Where it listens, once it does.</summary>
    public async Task<string> UrlAsync()
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            var url = await _url.Task.WaitAsync(Patience);
            WasLate = Stopwatch.GetElapsedTime(began) > Late;
            return url;
        }
        catch (TimeoutException error)
        {
            throw new KillRunException($"the server did not listen within {Patience.TotalSeconds} s:\n{Errors}", error);
        }
    }

    /// <summary>SIGKILL; the end of the process is seen before this returns.</summary>
    public async Task KillAsync()
    {
        // Looked at first: a server that died by itself must not pass for one that was killed.
        if (_process.HasExited)
        {
            throw new KillRunException($"the server ended by itself with {_process.ExitCode} before it was killed:\n{Errors}");
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        if (OperatingSystem.IsLinux() && _process.ExitCode != 128 + 9)
        {
            throw new KillRunException($"the server ended by itself with {_process.ExitCode} as it was killed:\n{Errors}");
        }
    }

    /// <summary>SIGTERM; its end is waited for.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var terminate = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await terminate.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _ = _url.Task.Exception;
        _process.Dispose();
    }

    private static string Invariant(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A run of kills found what must not be; the message says what, and the data folder is kept.</summary>
internal sealed class KillRunException : Exception
{
    public KillRunException(string message)
        : base(message)
    {
    }

    public KillRunException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
