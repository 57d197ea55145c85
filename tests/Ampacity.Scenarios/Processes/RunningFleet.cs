using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>
/// The example rack, running: applied, simulated, served, discovered and read, each by its own command in its own process. Shared by the
/// scenarios that only look.
/// </summary>
public sealed class RunningFleet : IAsyncLifetime
{
    /// <summary>The tray that reports another serial than the declared one.</summary>
    public const string SwappedTray = "site/hall/r01/01/09";

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private AmpacityProcess? _simulator;
    private AmpacityProcess? _server;

    /// <summary>Folder of the scenario.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ampacity-scenario-").FullName;

    /// <summary>Where the server listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Port of the simulated BMCs.</summary>
    public int BmcPort { get; } = Checkout.FreePort();

    public async ValueTask InitializeAsync()
    {
        _simulator = AmpacityProcess.Start(
            Checkout.Root, "simulate", "examples/one-rack.yaml", "--port", Text(BmcPort), "--serial", $"{SwappedTray}=SWAPPED-1");
        _server = AmpacityProcess.Start(Folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        Url = (await _server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        await _simulator.WaitForLineAsync("BMCs answer");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Runs a command against the server, from the checkout's folder.</summary>
    internal Task<CommandResult> RunAsync(params string[] arguments) => RunWithAsync(null, arguments);

    /// <summary>Runs a command with standard input.</summary>
    internal Task<CommandResult> RunWithAsync(string? input, params string[] arguments) =>
        AmpacityProcess.RunAsync(Checkout.Root, input, [.. arguments, "--url", Url]);

    /// <summary>Applies, sets the account and discovers, once; commands may come again and change nothing.</summary>
    internal async Task BringUpAsync()
    {
        Assert.Equal(0, (await RunAsync("apply", "examples/one-rack.yaml")).ExitCode);
        Assert.Equal(0, (await RunWithAsync("ampacity-sim\n", "credentials", "set", "root", "--password-stdin")).ExitCode);
        var discovered = await RunAsync("discover", "127.80.1.1-127.80.1.254", "--scheme", "http", "--port", Text(BmcPort));
        Assert.Equal(0, discovered.ExitCode);
        await WaitForQueryAsync("count(hw_power_watts) == 108 and on() count(node_power_watts{kind=\"Ups\"}) == 2");
    }

    /// <summary>Asks until a query gives something.</summary>
    internal async Task<JsonElement> WaitForQueryAsync(string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (waited.Elapsed < AmpacityProcess.Patience)
        {
            var result = await QueryAsync(Url, expression);
            if (result.GetArrayLength() > 0)
            {
                return result;
            }

            await Task.Delay(250);
        }

        Assert.Fail($"{expression} gave nothing within {AmpacityProcess.Patience.TotalSeconds} s");
        return default;
    }

    /// <summary>One query by HTTP, as Grafana sends it.</summary>
    internal static async Task<JsonElement> QueryAsync(string url, string expression)
    {
        var text = await Http.GetStringAsync($"{url}/api/v1/query?query={Uri.EscapeDataString(expression)}");
        var answer = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal("success", answer.GetProperty("status").GetString());
        return answer.GetProperty("data").GetProperty("result");
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Scenarios that share one running fleet run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class RunningFleetGroup : ICollectionFixture<RunningFleet>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "running fleet";
}
