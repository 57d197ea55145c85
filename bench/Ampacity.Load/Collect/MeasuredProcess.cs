using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ampacity.Load;

/// <summary>What the kernel says of a process.</summary>
/// <param name="CpuSeconds">CPU time of all its threads since it began.</param>
/// <param name="RssMB">Resident memory, in 10^6 bytes.</param>
/// <param name="PeakMB">The most that it ever was, or since the peak was forgotten.</param>
internal readonly record struct ProcessCost(double CpuSeconds, double RssMB, double PeakMB);

/// <summary>A process beside this one, and what it costs.</summary>
internal sealed class MeasuredProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts it.</summary>
    /// <param name="program">The command.</param>
    /// <param name="sign">What a line of its output holds once it is ready.</param>
    /// <param name="arguments">What it is told.</param>
    public MeasuredProcess(string program, string sign, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AMPACITY_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        void Take(string? line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            if (line?.Contains(sign, StringComparison.Ordinal) == true)
            {
                _ready.TrySetResult(line);
            }
        }

        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{program} {arguments[0]} ended with {_process.ExitCode}:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What it costs so far.</summary>
    public ProcessCost Cost
    {
        get
        {
            var status = File.ReadAllLines($"/proc/{Id}/status");
            _process.Refresh();
            return new ProcessCost(_process.TotalProcessorTime.TotalSeconds, Field("VmRSS:"), Field("VmHWM:"));

            double Field(string name) => double.Parse(
                status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1_024 / 1e6;
        }
    }

    /// <summary>Lets the peak begin anew (proc(5), clear_refs).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{Id}/clear_refs", "5");

    /// <summary>The line that says it is ready.</summary>
    public Task<string> ReadyAsync() => _ready.Task.WaitAsync(TimeSpan.FromMinutes(3));

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _ = _ready.Task.Exception;
        _process.Dispose();
    }
}
