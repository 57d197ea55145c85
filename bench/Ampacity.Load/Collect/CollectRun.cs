using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Ampacity.Load;

/// <summary>
/// Simulated racks in one process and a server in another: a full survey, minutes of reading, drift, and a start with what was kept. Prints a
/// table in Markdown, of CPU seconds as well as the clock, since the machine may be busy.
/// </summary>
internal sealed class CollectRun(CollectOptions options)
{
    private const int BmcsOfARack = 71;

    // DPUs of a tray answer 64 and 128 above it.
    private const int FirstDpu = 64;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        var fleet = Path.Combine(options.Folder, "fleet.yaml");
        await File.WriteAllTextAsync(
            fleet, $"ampacity: 1\nowns: site/hall\nrows:\n  r01: {{sku: nvidia/gb200-nvl72@1, racks: {options.Racks}}}\n", cancellationToken);
        string[] tls = options.Tls ? ["--tls"] : [];
        using var simulator = new MeasuredProcess(
            options.Program, "BMC", ["simulate", fleet, "--bmcs", "all", "--port", Text(options.Port), "--profile", options.Latency == "0" ? "ideal" : "usual", "--latency", options.Latency, .. tls]);
        await simulator.ReadyAsync();
        Row($"{options.Racks} racks, {options.Racks * BmcsOfARack} BMCs, latency {options.Latency}", "clock s", "server CPU s", "simulator CPU s", "RSS MB", "peak MB", "");
        Row("---", "---:", "---:", "---:", "---:", "---:", "---");
        using (var server = Serve())
        {
            using var client = await ClientAsync(server);
            await SurveyAsync(server, simulator, client, cancellationToken);
            await ReadAsync(server, simulator, client, cancellationToken);
            await StepAsync("drift, nothing declared", server, simulator, async () =>
                $"{(await client.GetByteArrayAsync("api/fleet/v1/drift", cancellationToken)).Length / 1e6:0.0} MB of JSON");
            await StepAsync("every tray, switch tray and shelf declared with serial and MAC", server, simulator, () => DeclareAsync(client, cancellationToken));
            await StepAsync("drift, all of them compared", server, simulator, async () =>
            {
                var drift = await client.GetFromJsonAsync<JsonElement>("api/fleet/v1/drift", cancellationToken);
                return string.Join(", ", drift.GetProperty("rows").EnumerateArray().GroupBy(row => row.GetProperty("kind").GetString()).Select(kind => $"{kind.Count()} x {kind.Key}"));
            });
            await StepAsync("end, sessions given back", server, null, async () =>
            {
                await server.EndAsync();
                return "";
            });
        }

        using (var server = Serve())
        {
            using var client = await ClientAsync(server);
            await StepAsync("start with what was kept, until BMCs are read", server, simulator, async () =>
            {
                while ((await MetricsAsync(client, cancellationToken)).GetValueOrDefault("ampacity_bmc_polled") == 0)
                {
                    await Task.Delay(100, cancellationToken);
                }

                return "from the line that says it listens";
            }, fromBegin: true);
            await StepAsync("30 s after it", server, simulator, async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
                return "";
            });
            await server.EndAsync();
        }

        return 0;
    }

    private MeasuredProcess Serve()
    {
        string[] everything = options.Everything ? ["--read-everything"] : [];
        return new MeasuredProcess(
            options.Program, "Ampacity serves",
            ["serve", "--data", Path.Combine(options.Folder, "data"), "--listen", "http://127.0.0.1:0", "--poll-interval", Text(options.Interval), .. everything]);
    }

    private static async Task<HttpClient> ClientAsync(MeasuredProcess server)
    {
        var line = await server.ReadyAsync();
        return new HttpClient { BaseAddress = new Uri(line[(line.LastIndexOf(' ') + 1)..].Trim()), Timeout = TimeSpan.FromMinutes(5) };
    }

    private async Task SurveyAsync(MeasuredProcess server, MeasuredProcess simulator, HttpClient client, CancellationToken cancellationToken)
    {
        (await client.PutAsJsonAsync("api/fleet/v1/credentials/default", new { username = "root", password = "ampacity-sim" }, cancellationToken)).EnsureSuccessStatusCode();
        await StepAsync("full survey", server, simulator, async () =>
        {
            var targets = new[] { $"127.80.1.1-127.80.{options.Racks}.255" };
            var request = new { targets, port = options.Port, scheme = options.Tls ? "https" : "http", by = "bench", trustOnFirstUse = options.Tls };
            (await client.PostAsJsonAsync("api/fleet/v1/surveys", request, cancellationToken)).EnsureSuccessStatusCode();
            JsonElement progress;
            do
            {
                await Task.Delay(500, cancellationToken);
                progress = await client.GetFromJsonAsync<JsonElement>("api/fleet/v1/surveys/progress", cancellationToken);
            }
            while (progress.GetProperty("state").GetString() == "running");
            if (progress.GetProperty("state").GetString() != "done")
            {
                throw new InvalidOperationException($"the survey ended otherwise: {progress}");
            }

            return $"{progress.GetProperty("found")} BMCs of {progress.GetProperty("total")} addresses";
        });
        var latest = await client.GetFromJsonAsync<JsonElement>("api/fleet/v1/surveys/latest", cancellationToken);
        foreach (var kind in latest.GetProperty("errors").EnumerateArray())
        {
            Row($"  {kind.GetProperty("count")} x {kind.GetProperty("kind")}", "", "", "", "", "", $"first {kind.GetProperty("firstAddress")}: {kind.GetProperty("firstMessage")}");
        }
    }

    // As they were seen: what drift is left then is that of DPUs, which nobody declares.
    private async Task<string> DeclareAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var latest = await client.GetFromJsonAsync<JsonElement>("api/fleet/v1/surveys/latest", cancellationToken);
        var text = new StringBuilder(await File.ReadAllTextAsync(Path.Combine(options.Folder, "fleet.yaml"), cancellationToken)).Append("assets:\n");
        var declared = 0;
        foreach (var bmc in latest.GetProperty("bmcs").EnumerateArray())
        {
            var address = new Uri(bmc.GetProperty("address").GetString()!).Host.Split('.');
            var (rack, slot) = (int.Parse(address[2], CultureInfo.InvariantCulture), int.Parse(address[3], CultureInfo.InvariantCulture));
            if (slot < FirstDpu)
            {
                declared++;
                text.AppendLine(CultureInfo.InvariantCulture, $"  r01/{rack:00}/{slot:00}: {{serial: '{bmc.GetProperty("serial")}', bmc: '{bmc.GetProperty("mac")}'}}");
            }
        }

        var request = new { files = new[] { new { name = "fleet.yaml", text = text.ToString() } }, author = "bench", reason = "as seen", dryRun = false };
        var answer = await client.PostAsJsonAsync("api/fleet/v1/changes", request, cancellationToken);
        return answer.IsSuccessStatusCode ? $"{declared} assets" : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task ReadAsync(MeasuredProcess server, MeasuredProcess simulator, HttpClient client, CancellationToken cancellationToken)
    {
        await StepAsync("the first 30 s after it", server, simulator, async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
            return "";
        });
        var before = await MetricsAsync(client, cancellationToken);
        for (var minute = 0.0; minute < options.Minutes; minute++)
        {
            await StepAsync($"reading, minute {minute + 1}", server, simulator, async () =>
            {
                await Task.Delay(TimeSpan.FromMinutes(Math.Min(1, options.Minutes - minute)), cancellationToken);
                var now = await MetricsAsync(client, cancellationToken);
                double Of(string name) => now.GetValueOrDefault(name) - before.GetValueOrDefault(name);
                var told = string.Create(CultureInfo.InvariantCulture,
                    $"{Of("ampacity_bmc_reports_read_total"):0} bodies, {Of("ampacity_bmc_reports_unchanged_total"):0} unchanged, {Of("ampacity_bmc_report_failures_total"):0} failed, {Of("ampacity_bmc_report_bytes_total") / 1e6:0} MB, {Of("ampacity_bmc_samples_total"):0} samples, worst late {now.GetValueOrDefault("ampacity_bmc_turns_worst_late_seconds"):0.00} s, {now.GetValueOrDefault("ampacity_bmc_failing"):0} failing, {now.GetValueOrDefault("ampacity_store_series"):0} series");
                before = now;
                return told;
            });
        }
    }

    private static async Task StepAsync(string name, MeasuredProcess server, MeasuredProcess? simulator, Func<Task<string>> step, bool fromBegin = false)
    {
        var (serverBefore, simulatorBefore) = (fromBegin ? default : server.Cost, simulator?.Cost ?? default);
        if (!fromBegin)
        {
            server.ForgetPeak();
        }

        var clock = Stopwatch.StartNew();
        var told = await step();
        var seconds = clock.Elapsed.TotalSeconds;
        if (simulator is null)
        {
            Row(name, Text(seconds), "", "", "", "", told);
            return;
        }

        var cost = server.Cost;
        Row(name, Text(seconds), Text(cost.CpuSeconds - serverBefore.CpuSeconds), Text(simulator.Cost.CpuSeconds - simulatorBefore.CpuSeconds), $"{cost.RssMB:0}", $"{cost.PeakMB:0}", told);
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await client.GetStringAsync("metrics", cancellationToken)).Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && line.Split(' ') is [var name, var value, ..] && double.TryParse(value, CultureInfo.InvariantCulture, out var number))
            {
                values[name] = number;
            }
        }

        return values;
    }

    private static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
