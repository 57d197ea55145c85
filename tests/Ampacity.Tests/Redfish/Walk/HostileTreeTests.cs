using System.Net;
using System.Text;
using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>Trees made by somebody who means it: every one ends, within limits, with a word.</summary>
public sealed class HostileTreeTests
{
    private static Task<HardwareWalk> Walk(TreeServer server, WalkLimits? limits = null) =>
        Walks.RunAsync(server, limits: limits, cancellationToken: TestContext.Current.CancellationToken);

    private static TreeServer Chassis(string collection, params (string, string)[] more) => TreeServer.Of(
        [("/redfish/v1", """{"RedfishVersion":"1.11.0","Chassis":{"@odata.id":"/redfish/v1/Chassis"}}"""), ("/redfish/v1/Chassis", collection), .. more]);

    [Theory]
    [InlineData("""{"Members":"none"}""")]
    [InlineData("""{"Members":{"@odata.id":"/redfish/v1/Chassis/1"}}""")]
    [InlineData("""{"Members":[null,1,"x",[],{},{"@odata.id":7},{"@odata.id":"/elsewhere"},{"@odata.id":"http://10.0.0.1/redfish/v1/x"},{"@odata.id":"/redfish/v1/Chassis/1"}]}""")]
    [InlineData("""{"Members@odata.count":-1,"Members":[{"@odata.id":"/redfish/v1/Chassis/1"},{"@odata.id":"/redfish/v1/Chassis"},{"@odata.id":"/redfish/v1"}],"Members@odata.nextLink":"/redfish/v1/Chassis#x"}""")]
    public async Task Members_of_any_shape_are_survived(string collection)
    {
        var walk = await Walk(Chassis(collection, ("/redfish/v1/Chassis/1", """{"ChassisType":7,"SerialNumber":["x"],"Sensors":[{"@odata.id":"/redfish/v1/Chassis/1/S"}],"ThermalSubsystem":"x","PowerSubsystem":null,"Location":[],"Links":{"ContainedBy":7},"Oem":"x","Drives":[]}""")));
        Assert.NotNull(walk.Found.Profile);
        Assert.NotEmpty(walk.Quirks);
    }

    [Fact]
    public async Task A_budget_of_requests_ends_the_walk_with_a_word_and_what_was_seen_stays()
    {
        var members = string.Join(',', Enumerable.Range(0, 500).Select(number => $$"""{"@odata.id":"/redfish/v1/Chassis/{{number}}"}"""));
        var server = Chassis($$"""{"Members":[{{members}}]}""", [.. Enumerable.Range(0, 500).Select(number => ($"/redfish/v1/Chassis/{number}", $$"""{"ChassisType":"Sled","SerialNumber":"S{{number}}"}"""))]);
        var walk = await Walk(server, new WalkLimits { Requests = 50 });

        Assert.InRange(server.Gets.Count, 50, 52);
        Assert.Contains("stopped after 50 requests", Assert.Single(walk.Failures).Error);
        Assert.Equal("S0", walk.Found.Serial?.Value);
    }

    [Fact]
    public async Task A_budget_of_bytes_ends_the_walk_with_a_word()
    {
        var big = $$"""{"ChassisType":"Sled","Padding":"{{new string('x', 100_000)}}"}""";
        var members = string.Join(',', Enumerable.Range(0, 20).Select(number => $$"""{"@odata.id":"/redfish/v1/Chassis/{{number}}"}"""));
        var walk = await Walk(
            Chassis($$"""{"Members":[{{members}}]}""", [.. Enumerable.Range(0, 20).Select(number => ($"/redfish/v1/Chassis/{number}", big))]), new WalkLimits { Bytes = 500_000 });
        Assert.Contains("bytes from this BMC", Assert.Single(walk.Failures).Error);
        Assert.InRange(walk.Found.Hints.Models.Count, 4, 6);
    }

    [Fact]
    public async Task Endless_pages_end()
    {
        var number = 0;
        var server = new TreeServer(Chassis("{}"))
        {
            Before = path => path.StartsWith("/redfish/v1/Chassis", StringComparison.Ordinal) && !path.Contains("Chassis/", StringComparison.Ordinal)
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"Members":[],"Members@odata.nextLink":"/redfish/v1/Chassis?$skip={{++number}}"}""", Encoding.UTF8) }
                : null,
        };
        var walk = await Walk(server);
        Assert.Contains(walk.Quirks, quirk => quirk.What.StartsWith("more than 64 pages", StringComparison.Ordinal));
        Assert.InRange(server.Gets.Count, 60, 80);
    }

    [Fact]
    public async Task A_million_wrong_members_are_one_quirk_and_ten_megabytes_of_parts_are_bounded()
    {
        var walk = await Walk(Chassis($$"""{"Members":[{{string.Concat(Enumerable.Repeat("0,", 1_000_000))}}0]}"""));
        Assert.InRange(walk.Quirks.Count, 1, 10);

        var fans = string.Join(',', Enumerable.Range(0, 100_000).Select(number => $$"""{"MemberId":"{{number}}"}"""));
        var many = await Walk(Chassis("""{"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]}""", ("/redfish/v1/Chassis/1", """{"ChassisType":"Sled","Thermal":{"@odata.id":"/redfish/v1/Chassis/1/Thermal"}}"""), ("/redfish/v1/Chassis/1/Thermal", $$"""{"Fans":[{{fans}}]}""")));
        Assert.InRange(many.Found.Parts.Count, 1, 4_096);
        Assert.Contains(many.Quirks, quirk => quirk.What == "more than 256 entries: the rest was left out");
    }

    [Fact]
    public async Task A_depth_bomb_costs_its_resource()
    {
        var deep = """{"ChassisType":"Sled","x":""" + new string('[', 500) + new string(']', 500) + "}";
        var server = new TreeServer(Chassis("""{"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]}"""))
        {
            Before = path => path == "/redfish/v1/Chassis/1" ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(deep) } : null,
        };
        var walk = await Walk(server);
        Assert.Equal(RedfishOutcome.NotJson, Assert.Single(walk.Failures).Outcome);
    }

    [Fact]
    public async Task A_bmc_that_dies_half_way_leaves_what_was_seen()
    {
        var server = new TreeServer(Chassis("""{"Members":[{"@odata.id":"/redfish/v1/Chassis/1"},{"@odata.id":"/redfish/v1/Chassis/2"},{"@odata.id":"/redfish/v1/Chassis/3"}]}""", ("/redfish/v1/Chassis/1", """{"ChassisType":"Sled","SerialNumber":"ONE"}""")))
        {
            Before = path => path.EndsWith("/2", StringComparison.Ordinal) ? throw new HttpRequestException(HttpRequestError.ConnectionError) : null,
        };
        var walk = await Walk(server);
        Assert.Equal("ONE", walk.Found.Serial?.Value);
        Assert.Equal(RedfishOutcome.NobodyThere, Assert.Single(walk.Failures).Outcome);
        Assert.DoesNotContain(server.Gets, path => path.EndsWith("/3", StringComparison.Ordinal));
    }
}
