using System.Globalization;
using System.Net;
using System.Text;

namespace Ampacity.Scenarios;

/// <summary>
/// A made-up node on loopback that answers <c>/metrics</c> as node_exporter does: each page follows from its number alone, so what
/// Prometheus must have read is known without Prometheus. Counters, gauges, every odd value, and pods that vanish and return.
/// </summary>
internal sealed class NodeLoad : IAsyncDisposable
{
    /// <summary>The gauge that holds a page's number.</summary>
    public const string PageName = "node_page";

    /// <summary>The family whose samples bring times of their own, some seconds old: Prometheus marks none of it as stale.</summary>
    public const string TimedName = "node_timed_celsius";

    private const int Pods = 100;
    private const long TimedBehindMs = 5000;

    private readonly HttpListener _listener = new();
    private readonly Task _loop;
    private int _pages;

    public NodeLoad()
    {
        Authority = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Checkout.FreePort()}");
        _listener.Prefixes.Add($"http://{Authority}/");
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    /// <summary>Host and port.</summary>
    public string Authority { get; }

    /// <summary>Pages served so far.</summary>
    public int Pages => Volatile.Read(ref _pages);

    /// <summary>Every series of a page with its value, but for the timed ones: name, label, value.</summary>
    public static IEnumerable<(string Name, string Label, string LabelValue, double Value)> Page(int page)
    {
        yield return (PageName, "of", "load", page);
        for (var cpu = 0; cpu < 64; cpu++)
        {
            yield return ("node_cpu_seconds_total", "cpu", Text(cpu), Math.Round((page * (1 + (cpu % 8)) * 0.37) + cpu, 2));
            yield return ("node_cpu_ratio", "cpu", Text(cpu), Mixed(page, cpu));
        }

        for (var sensor = 0; sensor < 40; sensor++)
        {
            yield return ("node_hwmon_temp_celsius", "sensor", Text(sensor), 20 + (sensor / 2.0) + (page / 7 % 3 * 0.1));
        }

        for (var device = 0; device < 20; device++)
        {
            yield return ("node_network_receive_bytes_total", "device", $"eth{device}", (page * 1_234_567.0) + (device * Math.Pow(2, 52)));
            yield return ("node_network_up", "device", $"eth{device}", 1);
        }

        foreach (var (kind, value) in OddValues(page))
        {
            yield return ("node_odd", "kind", kind, value);
        }

        for (var pod = 0; pod < Pods; pod++)
        {
            // Each has its own turn of some seconds, and is away for a third of its time.
            if (((page / (3 + (pod % 7))) + pod) % 3 != 0)
            {
                yield return ("node_pod_watts", "pod", Text(pod), Math.Round(Mixed(page, pod) * 700, 1));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Close();
    }

    // To the last bit of the mantissa, and no value twice.
    private static double Mixed(int page, int series) => (unchecked(((ulong)page * 0x9E3779B97F4A7C15) ^ ((ulong)series * 0xC2B2AE3D27D4EB4F)) >> 11) * (1.0 / (1UL << 53));

    private static (string Kind, double Value)[] OddValues(int page) =>
    [
        ("nan", double.NaN),
        ("sometimes", page % 3 == 0 ? double.NaN : page),
        ("inf", double.PositiveInfinity),
        ("minus_inf", double.NegativeInfinity),
        ("minus_zero", page % 2 == 0 ? -0.0 : 0.0),
        ("least", double.Epsilon),
        ("most", double.MaxValue),
        ("over_2_53", 9007199254740993d + page),
        ("third", page / 3.0),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Exposition(int page)
    {
        var text = new StringBuilder();
        foreach (var family in Page(page).GroupBy(series => series.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key} {(family.Key.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge")}\n");
            foreach (var series in family)
            {
                text.Append(CultureInfo.InvariantCulture, $"{series.Name}{{{series.Label}=\"{series.LabelValue}\"}} {Text(series.Value)}\n");
            }
        }

        var atMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - TimedBehindMs;
        return text.Append(CultureInfo.InvariantCulture, $"# TYPE {TimedName} gauge\n{TimedName}{{of=\"load\"}} {page} {atMs}\n").ToString();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // Stopped: the way to end an HttpListener.
                return;
            }

            try
            {
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Exposition(Interlocked.Increment(ref _pages))));
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The scrape was given up: Prometheus marks it as failed, and so is what is compared.
                context.Response.Abort();
            }
        }
    }
}
