using System.Text;
using Ampacity.Collect;

namespace Ampacity.Tests;

public sealed class ResourceWatchTests
{
    private readonly Dictionary<string, ResourceWatch> _watches = new(StringComparer.Ordinal);

    private (BmcChangeKind Kind, string Evidence)? Look(string json, string uri = "/redfish/v1/Managers/BMC_0")
    {
        _watches.TryAdd(uri, new ResourceWatch());
        return _watches[uri].Look(uri, Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public void A_boot_other_firmware_and_a_switch_of_power_are_told_once_each()
    {
        Assert.Null(Look("""{"LastResetTime":"2026-01-01T00:00:00Z","FirmwareVersion":"1"}"""));
        Assert.Null(Look("""{"LastResetTime":"2026-01-01T00:00:00Z","FirmwareVersion":"1"}"""));
        Assert.Equal(
            (BmcChangeKind.Booted, "/redfish/v1/Managers/BMC_0#/LastResetTime: 2026-01-01T00:00:00Z before, 2026-01-02T00:00:00Z now"),
            Look("""{"LastResetTime":"2026-01-02T00:00:00Z","FirmwareVersion":"1"}"""));
        Assert.Equal(BmcChangeKind.Firmware, Look("""{"LastResetTime":"2026-01-03T00:00:00Z","FirmwareVersion":"2"}""")?.Kind);
        Assert.Null(Look("""{"LastResetTime":"2026-01-03T00:00:00Z","FirmwareVersion":"2"}"""));
        Assert.Null(Look("""{"PowerState":"On"}""", "/redfish/v1/Systems/S"));
        Assert.Null(Look("""{"PowerState":"PoweringOff"}""", "/redfish/v1/Systems/S"));
        Assert.Equal(BmcChangeKind.Power, Look("""{"PowerState":"Off"}""", "/redfish/v1/Systems/S")?.Kind);
    }

    [Fact]
    public void An_uptime_that_goes_back_is_a_boot()
    {
        Assert.Null(Look("""{"UptimeSeconds":100}"""));
        Assert.Null(Look("""{"UptimeSeconds":400}"""));
        Assert.Equal((BmcChangeKind.Booted, "/redfish/v1/Managers/BMC_0: up for 400 s before, 20 s now"), Look("""{"UptimeSeconds":20}"""));
    }

    [Fact]
    public void Members_that_come_go_or_are_others_are_told_and_their_order_and_bodies_are_not()
    {
        const string List = "/redfish/v1/Systems/S/Processors";
        Assert.Null(Look("""{"Members":[{"@odata.id":"/a","Reading":1},{"@odata.id":"/b"}]}""", List));
        Assert.Null(Look("""{"Members":[{"@odata.id":"/b"},{"@odata.id":"/a","Reading":2}]}""", List));
        Assert.Equal((BmcChangeKind.Membership, List + "#/Members: 2 before, 1 now"), Look("""{"Members":[{"@odata.id":"/b"}]}""", List));
        Assert.Equal(List + "#/Members: 1 before, 1 now, other ones", Look("""{"Members":[{"@odata.id":"/c"}]}""", List)?.Evidence);
    }

    [Theory]
    [InlineData("""{"LastResetTime":"0000-00-00T00:00:00Z"}""")] // Dell, without a clock
    [InlineData("""{"LastResetTime":null,"FirmwareVersion":7,"PowerState":[],"Members":null}""")]
    [InlineData("""{"Members":[1,null]}""")]
    [InlineData("""{"FirmwareVersion":"\ud800"}""")]
    [InlineData("{\"FirmwareVersion\":\"3\"")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_says_nothing_changes_nothing(string json)
    {
        const string Known = """{"LastResetTime":"2026-01-01T00:00:00Z","FirmwareVersion":"1","PowerState":"On"}""";
        Assert.Null(Look(Known));
        Assert.Null(Look(json));
        Assert.Null(Look(Known));
    }
}
