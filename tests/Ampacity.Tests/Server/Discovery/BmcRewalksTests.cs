using System.Net;
using System.Text.Json;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Server;
using Ampacity.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Tests;

/// <summary>A server that reads a simulated tray and walks it again by itself.</summary>
public sealed class BmcRewalksTests
{

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }

    [Fact]
    public async Task A_bmc_that_changed_is_walked_again_and_stands_in_drift_and_in_show_bmc()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var server = await DriftServer.StartAsync(DriftSeeds.Declare(OneRack.FileText), settings => settings with
        {
            Collects = true,
            PollIntervalSeconds = 1,
            Rewalks = new RewalkLimits { AfterBoot = TimeSpan.Zero, AfterChange = TimeSpan.Zero, Spread = TimeSpan.Zero, Gather = TimeSpan.FromMilliseconds(50) },
        });
        var bmc = rack.Endpoints[0];
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, "credentials/default", new { username = SimulatedRack.Credentials.Username, password = SimulatedRack.Credentials.Password })).Status);
        var begun = await server.SendAsync(HttpMethod.Post, "surveys", new { targets = new[] { $"{bmc.Address.Host}:{bmc.Address.Port}" }, scheme = "http", by = "test" });
        Assert.True(begun.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, begun.Json.ToString());
        await UntilAsync<object>(async () => (await server.SendAsync(HttpMethod.Get, "bmcs/" + bmc.Tray.Mac)).Json is { ValueKind: JsonValueKind.Object } seen && seen.TryGetProperty("reading", out var reading)
            && reading.GetProperty("series").GetInt32() > 0 ? reading : null);

        rack.SetSerial(bmc.Tray.Place, "SWAPPED-1");
        var rewalks = server.Services.GetRequiredService<BmcRewalks>();
        rewalks.Note(new BmcChange(bmc.Tray.Mac, bmc.Address, BmcChangeKind.Membership, "test"));
        var survey = await UntilAsync(async () => await server.Services.GetRequiredService<Surveys>().LatestAsync(Token) is { By: BmcRewalks.Author } latest ? latest : null);
        Assert.Equal("SWAPPED-1", Assert.Single(survey.Bmcs).Serial?.Value);
        Assert.Equal((1, 0, 1), (rewalks.Walks, rewalks.Failures, rewalks.Different));
        var shown = (await server.SendAsync(HttpMethod.Get, "bmcs/" + bmc.Tray.Mac)).Json;
        Assert.Equal("SWAPPED-1", shown.GetProperty("serial").GetProperty("value").GetString());
        Assert.Contains((await server.DriftAsync()).Rows, row => JsonSerializer.Serialize(row).Contains("SWAPPED-1", StringComparison.Ordinal));

        // Nothing new the next time: no survey.
        await UntilAsync<object>(() => Task.FromResult<object?>(rewalks.Waiting == 0 ? rewalks : null));
    }
}
