using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class SimulatorHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<HttpResponseMessage> SendAsync(Uri bmc, HttpMethod method, string path, bool basic = false, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(bmc, path));
        if (basic)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
                $"{SimulatedRack.Credentials.Username}:{SimulatedRack.Credentials.Password}")));
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request, Token);
    }

    [Theory]
    [InlineData("GET", "/redfish", false, 200)]
    [InlineData("GET", "/redfish/v1", false, 200)]
    [InlineData("GET", "/redfish/v1/", false, 200)]
    [InlineData("GET", "/redfish/v1/Chassis", false, 401)]
    [InlineData("GET", "/redfish/v1/Chassis", true, 200)]
    [InlineData("GET", "/redfish/v1/Nothing", true, 404)]
    [InlineData("PATCH", "/redfish/v1/Chassis", true, 405)]
    [InlineData("DELETE", "/redfish/v1/Chassis", true, 405)]
    [InlineData("POST", "/redfish/v1/Chassis", true, 405)]
    [InlineData("DELETE", "/redfish/v1/SessionService/Sessions/77", true, 404)]
    public async Task Answers_as_a_bmc_would(string method, string path, bool basic, int status)
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        using var response = await SendAsync(rack.Endpoints[0].Address, new HttpMethod(method), path, basic);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("4.0", response.Headers.GetValues("OData-Version").Single());
        var body = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(status >= 400, body.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Session_slots_run_out_and_idle_ones_come_back()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { SessionLimit = 2 }, time, Token);
        var login = $$"""{"UserName":"{{SimulatedRack.Credentials.Username}}","Password":"{{SimulatedRack.Credentials.Password}}"}""";
        async Task<HttpStatusCode> LoginAsync()
        {
            using var response = await SendAsync(rack.Endpoints[0].Address, HttpMethod.Post, "/redfish/v1/SessionService/Sessions", body: login);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Created, await LoginAsync());
        Assert.Equal(HttpStatusCode.Created, await LoginAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await LoginAsync());
        time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.Created, await LoginAsync());
        Assert.Equal(1, rack.Endpoints[0].LiveSessions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Live_values_are_not_stale_and_every_link_of_the_generated_tree_leads_somewhere(bool captured)
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1, SimulatedRack.Tree(captured)), TimeProvider.System, Token);
        using var response = await SendAsync(
            rack.Endpoints[0].Address, HttpMethod.Get, "/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0", basic: true);
        var report = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));
        foreach (var value in report.GetProperty("MetricValues").EnumerateArray().Where(value => value.GetProperty("MetricProperty").GetString()!.Contains("GPU")))
        {
            Assert.False(value.GetProperty("Oem").GetProperty("Nvidia").GetProperty("MetricValueStale").GetBoolean());
            Assert.True(double.Parse(value.GetProperty("MetricValue").GetString()!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        }

        if (captured)
        {
            return; // a capture has links to what was not captured
        }

        var pending = new Queue<string>(["/redfish/v1"]);
        var seen = new HashSet<string>(pending);
        while (pending.TryDequeue(out var path))
        {
            using var answer = await SendAsync(rack.Endpoints[0].Address, HttpMethod.Get, path, basic: true);
            Assert.True(answer.IsSuccessStatusCode, path);
            var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal(path, body.GetProperty("@odata.id").GetString());
            foreach (var link in Links(body).Where(seen.Add))
            {
                pending.Enqueue(link);
            }
        }

        Assert.True(seen.Count > 60, $"{seen.Count} resources");
    }

    [Fact]
    public async Task An_address_that_is_not_loopback_is_refused()
    {
        var options = SimulatedRack.Options(1);
        var tray = options.Trays[0] with { Address = IPAddress.Parse("10.0.0.1") };
        await Assert.ThrowsAsync<ArgumentException>(() => SimulatorHost.StartAsync(options with { Trays = [tray] }, TimeProvider.System, Token));
    }

    private static IEnumerable<string> Links(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "@odata.id" ? [property.Value.GetString()!] : Links(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Links),
        _ => [],
    };
}
