using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>The <c>ampacity serve</c> of a soak as its operators see it: by commands, REST and its own metrics. The process is the caller's.</summary>
internal sealed class SoakServer(ServeProcess process, string program, string url) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(90) };

    public HttpClient Http => _http;

    public string Url => url;

    public int ProcessId => process.Id;

    public string Log => process.Errors;

    /// <summary>Runs a command against it.</summary>
    /// <exception cref="SoakException">It does not exit with 0.</exception>
    public async Task<string> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments.Append("--url").Append(url))
        {
            start.ArgumentList.Add(argument);
        }

        using var command = Process.Start(start)!;
        var (output, errors) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.StandardInput.WriteAsync(input);
        command.StandardInput.Close();
        await command.WaitForExitAsync();
        return command.ExitCode == 0 ? await output : throw new SoakException($"ampacity {string.Join(' ', arguments)} exited with {command.ExitCode}: {await errors}");
    }

    /// <summary>Its own metrics: values by name, labels included, and the sum over all labels by the name alone.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync()
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await _http.GetStringAsync(url + "/metrics")).Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            var (name, value) = (line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
            found[name] = value;
            if (name.IndexOf('{', StringComparison.Ordinal) is > 0 and var brace)
            {
                found[name[..brace]] = found.GetValueOrDefault(name[..brace]) + value;
            }
        }

        return found;
    }

    /// <summary>Periods of the reads that a BMC's plan has, milliseconds.</summary>
    public async Task<IReadOnlyList<long>> PeriodsMsAsync(string mac, double pollIntervalSeconds)
    {
        using var json = JsonDocument.Parse(await _http.GetByteArrayAsync($"{url}/api/fleet/v1/bmcs/{mac}"));
        return [.. json.RootElement.GetProperty("plan").GetProperty("reads").EnumerateArray()
            .Select(read => (long)(1000 * Math.Max(pollIntervalSeconds, read.GetProperty("periodSeconds").GetInt32()))).Distinct()];
    }

    /// <summary>All that its ledger of events has.</summary>
    public async Task<IReadOnlyList<(string Mac, string Kind, string Severity, long AtMs)>> EventsAsync()
    {
        var events = new List<(string, string, string, long)>();
        string? next = null;
        do
        {
            using var json = JsonDocument.Parse(await _http.GetByteArrayAsync($"{url}/api/fleet/v1/events?limit=1000{(next is null ? "" : "&after=" + next)}"));
            events.AddRange(json.RootElement.GetProperty("items").EnumerateArray().Select(row => (
                row.GetProperty("bmc").GetString()!, row.GetProperty("kind").GetString()!, row.GetProperty("severity").GetString()!, row.GetProperty("atMs").GetInt64())));
            next = json.RootElement.TryGetProperty("next", out var after) && after.ValueKind == JsonValueKind.String ? after.GetString() : null;
        }
        while (next is not null);
        return events;
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public Task<int> StopAsync() => process.StopAsync();

    public void Dispose() => _http.Dispose();
}

/// <summary>Which events of the ledger faults have to leave.</summary>
internal static class ExpectedEvents
{
    // A state that lasts for a read of its period and some lateness is seen by polls alone.
    private const double SurelySeenSeconds = 45;

    private static readonly Dictionary<FaultKind, string> KindOf = new()
    {
        [FaultKind.Leak] = "Leak",
        [FaultKind.FeedLoss] = "SupplyInput",
    };

    /// <summary>Faults that have to be in the ledger, and those of them that are not.</summary>
    public static (int Expected, IReadOnlyList<FaultRule> Missing) Hold(
        IReadOnlyList<FaultRule> rules, IReadOnlyDictionary<string, string> macOf, IReadOnlyList<(string Mac, string Kind, string Severity, long AtMs)> events, long simulationBeganMs)
    {
        var expected = rules.Where(rule => KindOf.ContainsKey(rule.Do) && rule.ForSeconds >= SurelySeenSeconds).ToArray();
        return (expected.Length, [.. expected.Where(rule => !events.Any(row => row.Mac == macOf[rule.Place] && row.Kind == KindOf[rule.Do] && row.Severity == "Critical"
            && row.AtMs >= simulationBeganMs + (rule.AtSeconds * 1000) && row.AtMs <= simulationBeganMs + ((rule.AtSeconds + rule.ForSeconds!.Value + SurelySeenSeconds) * 1000)))]);
    }
}
