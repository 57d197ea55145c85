using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Server;
using Ampacity.Simulator;

namespace Ampacity.Tests;

/// <summary>A sweep over a simulated BMC and a host that never answers: stopped, then resumed.</summary>
public sealed class StoppedSweepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_that_is_stopped_keeps_what_it_saw_and_resuming_it_looks_only_at_what_is_left()
    {
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("ampacity-stopped").FullName;
        try
        {
            var path = Path.Combine(folder, "one-rack.yaml");
            await File.WriteAllTextAsync(path, OneRack.FileText, Token);
            await using var simulator = await FleetFileSimulator.StartAsync(
                new FileSimulation(path, Path.Combine(RepositoryFolder.Root, "catalogue"), null, port, "root", "secret", 1, new Dictionary<string, string>(), []), Token);
            var address = simulator.Endpoints[0].Address;
            await using var server = await DriftServer.StartAsync(OneRack.FileText);

            // Only the account for this host fits: the default one would be refused.
            await server.SendAsync(HttpMethod.Put, "credentials/default", new { username = "root", password = "wrong" });
            await server.SendAsync(HttpMethod.Put, $"credentials/{address.Host}", new { username = "root", password = "secret" });

            // Takes the connection and never says a word.
            var silent = new TcpListener(IPAddress.Loopback, 0);
            silent.Start();
            var silentPort = ((IPEndPoint)silent.LocalEndpoint).Port;
            var hosts = $"address,port\n{address.Host},{address.Port}\n127.0.0.1,{silentPort}\n";
            Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync(HttpMethod.Post, "surveys", new { hosts, scheme = "http", by = "ada" })).Status);
            Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync(HttpMethod.Post, "surveys", new { hosts, scheme = "http" })).Status);
            await UntilAsync(server, progress => progress.Done == 1);
            var stopped = (await server.SendAsync(HttpMethod.Delete, "surveys/progress")).Json.Deserialize<SurveyProgress>(RestJson.Options)!;
            Assert.Equal((SurveyState.Stopped, 1, 2, 1), (stopped.State, stopped.Done, stopped.Total, stopped.Found));
            var kept = (await server.SendAsync(HttpMethod.Get, "surveys/latest")).Json.Deserialize<SurveyAnswer>(RestJson.Options)!;
            Assert.Equal(("ada", "02:00:00:01:01:05"), (kept.By, Assert.Single(kept.Bmcs).Mac));

            // Started anew, the server still knows what is left.
            silent.Stop();
            await server.RestartAsync();
            Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync(HttpMethod.Post, "surveys", new { resume = true, by = "ada" })).Status);
            await UntilAsync(server, progress => progress.State == SurveyState.Done);
            var rest = (await server.SendAsync(HttpMethod.Get, "surveys/latest")).Json.Deserialize<SurveyAnswer>(RestJson.Options)!;
            Assert.Equal(1, rest.Asked);
            Assert.Equal("Refused", Assert.Single(rest.Errors).Kind);
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Post, "surveys", new { resume = true })).Status);
            Assert.Equal(17, (await server.DriftAsync()).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UntilAsync(DriftServer server, Func<SurveyProgress, bool> holds)
    {
        while (!holds((await server.SendAsync(HttpMethod.Get, "surveys/progress")).Json.Deserialize<SurveyProgress>(RestJson.Options)!))
        {
            await Task.Delay(50, Token);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
