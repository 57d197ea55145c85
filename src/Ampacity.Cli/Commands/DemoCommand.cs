using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>demo</c>: the whole path, from a line of YAML to a tripped UPS, with the real commands on a temporary folder.</summary>
internal static class DemoCommand
{
    private const string ChangedTray = "site/hall/r01/01/09";

    /// <summary>Longest wait for the first readings: three polls and a slow machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Command Make()
    {
        var listen = new Option<string?>("--listen") { Description = "Address of the demo's server; the default one, or a free port.", HelpName = "address" };
        listen.Validators.Add(result =>
        {
            if (!ServeCommand.IsLoopback(result.GetValue(listen)))
            {
                result.AddError(ServeCommand.NotLoopback);
            }
        });
        var once = new Option<bool>("--once") { Description = "Stop after the last step instead of leaving the page open." };
        var command = new Command(
            "demo", "Do the whole path by itself in a temporary folder, and leave the page open.\n\nExample:  ampacity demo") { listen, once };
        command.TakesNot(CommonOptions.Url, CommonOptions.Data, CommonOptions.Json);
        command.SetAction((arguments, cancel) => RunAsync(arguments.GetValue(listen), arguments.GetValue(once), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? listen, bool once, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("ampacity-demo-");
        try
        {
            return await RunInAsync(folder.FullName, listen, once, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunInAsync(string folder, string? listen, bool once, CancellationToken cancel)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "examples", "one-rack.yaml");
        var settings = new ServerSettings { DataFolder = folder, Url = listen ?? FreeAddress() };
        await using var server = await ServerHost.StartAsync(settings, cancel);
        await using var access = await ServerAccess.OpenAsync(new AccessOptions(server.Url, null), cancel);

        Step(1, "Declare a site, a hall, two UPS blocks, two busways, a CDU and one GB200 NVL72 rack; keep it as dated facts.");
        await CommandAsync(server.Url, cancel, "apply", file, "--reason", "demo");
        await CommandAsync(server.Url, cancel, "tree");

        Step(2, "Simulate its 71 BMCs: compute trays, DPUs, switch trays, power shelves; one tray was swapped for another.");
        await using var simulator = await SimulateCommand.StartAsync(
            file, 0, "root", 1, null, [$"{ChangedTray}=SWAPPED-1"], [], cancel);
        var first = simulator.Endpoints[0].Address;
        Screen.Line($"{simulator.Endpoints.Count} BMCs answer, the first at {first}");

        Step(3, "Discover them over Redfish and hold what they say against intent.");
        await access.SendAsync(
            HttpMethod.Put, "api/fleet/v1/credentials/default", new CredentialRequest("root", SimulateCommand.Password), cancel);
        await CommandAsync(
            server.Url, cancel, "discover", "127.80.1.1-127.80.1.254", "--scheme", "http", "--port",
            first.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await CommandAsync(server.Url, cancel, "drift");

        Step(4, "Read leaks and power every 30 s and other sensors every minute, by the plan that the survey made; a sample counts as written when it is on disk.");
        await WaitAsync(access, "count(hw_power_watts offset 12s) >= 108 and on() count(node_power_watts{kind=\"Ups\"}) == 2", cancel);
        Screen.Line($"A Prometheus can send too:  remote_write: [{{url: {server.Url}/api/v1/write}}]");

        Step(5, "Ask with topology that no source ever sent.");
        await CommandAsync(server.Url, cancel, "query", "sum by (hall, rack) (hw_power_watts)");
        await CommandAsync(server.Url, cancel, "query", "node_power_watts{kind=\"Ups\"}");

        Step(6, "See it: the rack drawn with live values, and the power path from the utility to the rack.");
        Screen.Line(server.Url);

        Step(7, "Trip a UPS, on paper.");
        await CommandAsync(server.Url, cancel, "whatif", "trip", "site/hall/ups-a");
        if (!once)
        {
            Screen.Line();
            Screen.Line($"The page stays open at {server.Url} until Ctrl+C; the folder is then removed.");
            await server.WaitForShutdownAsync(cancel);
        }

        return CommandRun.Done;
    }

    private static void Step(int number, string what)
    {
        Screen.Line();
        Screen.Line($"-- {number}. {what}");
    }

    // The very commands that a person types, so that the demo cannot show what they do not do.
    private static async Task CommandAsync(string url, CancellationToken cancel, params string[] arguments)
    {
        Screen.Line("$ ampacity " + string.Join(' ', arguments.Select(Shown)));
        var code = await CommandRun.InvokeAsync(Commands.Root(), [.. arguments, "--url", url]);
        cancel.ThrowIfCancellationRequested();
        if (code == CommandRun.Usage)
        {
            throw new InvalidOperationException($"Bug: the demo's own command is wrong: {string.Join(' ', arguments)}");
        }
    }

    private static string Shown(string argument) =>
        argument.EndsWith("one-rack.yaml", StringComparison.Ordinal) ? "examples/one-rack.yaml"
        : argument.Contains(' ') || argument.Contains('{') ? $"'{argument}'" : argument;

    private static async Task WaitAsync(ServerAccess access, string condition, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        Screen.Line("Waiting for the first readings of all 108 accelerators and processors …");
        try
        {
            while (true)
            {
                var answer = await access.SendAsync(HttpMethod.Get, "api/v1/query" + new QueryText().Add("query", condition), null, patience.Token);
                if (answer.GetProperty("data").GetProperty("result").GetArrayLength() > 0)
                {
                    return;
                }

                await Task.Delay(500, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RefusedException($"Not all readings came within {Patience.TotalSeconds} s: {condition} does not hold. Run the demo again with an idle machine.", null);
        }
    }

    private static string FreeAddress()
    {
        var wanted = new Uri(ServerSettings.DefaultUrl);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Parse(wanted.Host), wanted.Port));
            return ServerSettings.DefaultUrl;
        }
        catch (SocketException)
        {
            // Another server has the default port; the demo must not disturb it.
            return "http://127.0.0.1:0";
        }
    }
}
