using System.Net;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class BmcServiceTests
{
    private const string Gpus = "/redfish/v1/Systems/HGX_Baseboard_0/Processors";
    private const string Control = "/redfish/v1/Chassis/HGX_GPU_0/Controls/GPU_0_PowerLimit_0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<(SimulatorHost Rack, BmcProbe Probe)> StartAsync(SimulatorOptions? options = null)
    {
        var rack = await SimulatorHost.StartAsync(options ?? SimulatedRack.Options(1), TimeProvider.System, Token);
        return (rack, new BmcProbe(rack.Endpoints[0].Address));
    }

    [Fact]
    public async Task Expand_puts_members_in_place_of_links_as_deep_as_asked()
    {
        var (rack, probe) = await StartAsync();
        await using var running = rack;
        using var asking = probe;

        var plain = (await probe.GetAsync(Gpus)).GetProperty("Members")[0];
        var one = (await probe.GetAsync(Gpus + "?$expand=.($levels=1)")).GetProperty("Members")[0];
        var two = (await probe.GetAsync(Gpus + "?$expand=*($levels=2)")).GetProperty("Members")[0];

        Assert.Single(plain.EnumerateObject());
        Assert.Equal("GPU_0", one.GetProperty("Id").GetString());
        Assert.Single(one.GetProperty("EnvironmentMetrics").EnumerateObject());
        Assert.Single(one.GetProperty("Links").GetProperty("Chassis").EnumerateObject());
        Assert.True(two.GetProperty("EnvironmentMetrics").GetProperty("PowerWatts").GetProperty("Reading").GetDouble() > 200);
        Assert.Equal("HGX_GPU_0", two.GetProperty("Links").GetProperty("Chassis").GetProperty("Id").GetString());
        using var deep = await probe.SendAsync(HttpMethod.Get, Gpus + "?$expand=.($levels=9)");
        Assert.Equal(HttpStatusCode.BadRequest, deep.StatusCode);
    }

    [Fact]
    public async Task A_collection_is_cut_to_pages_and_the_next_link_leads_on()
    {
        var (rack, probe) = await StartAsync(SimulatedRack.Options(1) with { Behaviour = new PlatformBehaviour { Name = "paged", PageSize = 4 } });
        await using var running = rack;
        using var asking = probe;

        var first = await probe.GetAsync(Gpus);
        var second = await probe.GetAsync(first.GetProperty("Members@odata.nextLink").GetString()!);
        var cut = await probe.GetAsync(Gpus + "?$skip=1&$top=2");

        Assert.Equal(6, first.GetProperty("Members@odata.count").GetInt32());
        Assert.Equal((4, 2), (first.GetProperty("Members").GetArrayLength(), second.GetProperty("Members").GetArrayLength()));
        Assert.False(second.TryGetProperty("Members@odata.nextLink", out _));
        Assert.Equal(["GPU_1", "GPU_2"], cut.GetProperty("Members").EnumerateArray().Select(member => member.GetProperty("@odata.id").GetString()!.Split('/')[^1]));
        Assert.False(cut.TryGetProperty("Members@odata.nextLink", out _));
    }

    [Fact]
    public async Task Select_and_only_give_what_they_name()
    {
        var (rack, probe) = await StartAsync();
        await using var running = rack;
        using var asking = probe;

        var selected = await probe.GetAsync($"{Gpus}/GPU_0?$select=Model,Status/Health");
        var only = await probe.GetAsync("/redfish/v1/Managers?only");

        Assert.Equal(["@odata.id", "@odata.type", "Model", "Status"], selected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Single(selected.GetProperty("Status").EnumerateObject());
        Assert.Equal("BMC_0", only.GetProperty("Id").GetString());
        using var unknown = await probe.SendAsync(HttpMethod.Get, Gpus + "?$filter=Id");
        Assert.Equal(HttpStatusCode.NotImplemented, unknown.StatusCode);
    }

    [Fact]
    public async Task A_tag_saves_the_body_and_a_set_point_is_set_only_by_who_has_read_it()
    {
        var (rack, probe) = await StartAsync();
        await using var running = rack;
        using var asking = probe;
        using var read = await probe.SendAsync(HttpMethod.Get, Control);
        var tag = read.Headers.ETag!.ToString();
        using var same = await probe.SendAsync(HttpMethod.Get, "/redfish/v1", null, ("If-None-Match", (await TagAsync(probe, "/redfish/v1"))!));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        using var stale = await probe.SendAsync(HttpMethod.Patch, Control, """{"SetPoint":700}""", ("If-Match", "\"00000000-0\""));
        using var set = await probe.SendAsync(HttpMethod.Patch, Control, """{"SetPoint":700}""", ("If-Match", tag));
        using var again = await probe.SendAsync(HttpMethod.Patch, Control, """{"SetPoint":600}""", ("If-Match", tag));
        using var tooMuch = await probe.SendAsync(HttpMethod.Patch, Control, """{"SetPoint":7000}""");

        Assert.Equal(
            [HttpStatusCode.PreconditionFailed, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.BadRequest],
            [stale.StatusCode, set.StatusCode, again.StatusCode, tooMuch.StatusCode]);
        var control = await probe.GetAsync(Control);
        Assert.Equal(700, control.GetProperty("SetPoint").GetDouble());
        Assert.True(control.GetProperty("Sensor").GetProperty("Reading").GetDouble() > 200);
    }

    [Fact]
    public async Task Head_has_the_length_and_no_body_and_other_methods_are_refused_with_what_is_allowed()
    {
        var (rack, probe) = await StartAsync();
        await using var running = rack;
        using var asking = probe;

        using var head = await probe.SendAsync(HttpMethod.Head, "/redfish/v1/Chassis");
        using var put = await probe.SendAsync(HttpMethod.Put, "/redfish/v1/Chassis", "{}");
        using var version = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/Chassis", null, ("OData-Version", "4.1"));
        using var metadata = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/$metadata");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 100);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
        Assert.Contains("GET", put.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.PreconditionFailed, version.StatusCode);
        Assert.Contains("Namespace=\"Chassis\"", await metadata.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_share_one_socket_and_each_is_itself()
    {
        var options = SimulatedRack.Options(1);
        var trays = Enumerable.Range(0, 600).Select(n => options.Trays[0] with
        {
            Place = $"site/hall/r{n}",
            Address = new IPAddress([127, 90, (byte)(n / 200), (byte)(1 + (n % 200))]),
            Serial = $"S{n:0000}",
            Mac = $"02:a1:00:00:{n / 256:x2}:{n % 256:x2}",
        }).ToList();
        var (rack, probe) = await StartAsync(options with { Trays = trays });
        await using var running = rack;
        probe.Dispose();

        Assert.True(rack.IsOneSocket);
        Assert.Equal(1, rack.Templates.Kinds);
        foreach (var n in new[] { 0, 199, 200, 599 })
        {
            using var one = new BmcProbe(rack.Endpoints[n].Address);
            Assert.Equal($"S{n:0000}", (await one.GetAsync("/redfish/v1/Chassis/Chassis_0")).GetProperty("SerialNumber").GetString());
        }

        using var nobody = new BmcProbe(new UriBuilder(rack.Endpoints[0].Address) { Host = "127.90.9.9" }.Uri);
        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetAsync("/redfish/v1"));
    }

    [Fact]
    public async Task It_speaks_tls_with_a_certificate_of_its_own()
    {
        var (rack, probe) = await StartAsync(SimulatedRack.Options(1) with { Tls = true });
        await using var running = rack;
        using var asking = probe;

        Assert.Equal("https", rack.Endpoints[0].Address.Scheme);
        Assert.Equal("GB200 NVL", (await probe.GetAsync("/redfish/v1")).GetProperty("Product").GetString());
    }

    private static async Task<string?> TagAsync(BmcProbe probe, string path)
    {
        using var answer = await probe.SendAsync(HttpMethod.Get, path);
        return answer.Headers.ETag?.ToString();
    }
}
