using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>More of what platforms in the field do; docs/design/0025-redfish-quirks.md says which test is for which.</summary>
public sealed class FieldQuirkTests
{
    private static Task<HardwareWalk> Walk(TreeServer server) => Walks.RunAsync(server, cancellationToken: TestContext.Current.CancellationToken);

    // DPU: 91,000 journal entries; HPE: accounts without AccountTypes. Neither is ever asked for.
    [Fact]
    public async Task Logs_accounts_and_settings_are_never_asked_for()
    {
        var server = TreeServer.Facts(
            "", ("Managers", "[M]"), ("Managers/M", """{"LogServices":{"@odata.id":"/redfish/v1/Managers/M/LogServices"}}"""), ("Managers/M/LogServices", "[Journal]"),
            ("Managers/M/LogServices/Journal", """{"Entries":{"@odata.id":"/redfish/v1/Managers/M/LogServices/Journal/Entries"}}"""),
            ("AccountService", """{"Accounts":{"@odata.id":"/redfish/v1/AccountService/Accounts"}}"""),
            ("Systems", "[S]"), ("Systems/S", """{"LogServices":{"@odata.id":"/redfish/v1/Systems/S/LogServices"},"Bios":{"@odata.id":"/redfish/v1/Systems/S/Bios"},"Boot":{"BootOrder":["Boot0019: Ubuntu"]}}"""));
        await Walk(server);

        Assert.Contains("/redfish/v1/Systems/S", server.Gets);
        Assert.DoesNotContain(server.Gets, path => path.Contains("LogServices", StringComparison.Ordinal) || path.Contains("Accounts", StringComparison.Ordinal) || path.Contains("Bios", StringComparison.Ordinal));
    }

    // Lenovo: GPUs whose Model is null; Dell: one without a UUID, and firmware released at "00:00:00Z".
    [Fact]
    public async Task What_a_part_does_not_say_is_null_and_the_rest_of_it_stands()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Systems", "[S]"), ("Systems/S", """{"Processors":{"@odata.id":"/redfish/v1/Systems/S/Processors"}}"""), ("Systems/S/Processors", "[GPU1]"),
            ("Systems/S/Processors/GPU1", """{"Id":"GPU1","ProcessorType":"GPU","Model":null,"UUID":"","SerialNumber":"1651422000001"}"""),
            ("UpdateService", """{"FirmwareInventory":{"@odata.id":"/redfish/v1/UpdateService/FirmwareInventory"}}"""), ("UpdateService/FirmwareInventory", "[A]"),
            ("UpdateService/FirmwareInventory/A", """{"Id":"A","Version":" 7.10 ","ReleaseDate":"00:00:00Z"}""")));

        var gpu = Assert.Single(walk.Found.Parts, part => part.Kind == WalkedKind.Accelerator);
        Assert.Equal((null, null, "1651422000001"), (gpu.Model, gpu.Uuid, gpu.Serial));
        Assert.Equal("7.10", Assert.Single(walk.Found.Firmware).Version);
    }

    // Wiwynn: members of an Assembly without @odata.type; GH200: bodies without @odata.type and @odata.id.
    [Fact]
    public async Task Bodies_without_a_type_or_a_path_of_their_own_are_what_their_place_says()
    {
        var walk = await Walk(TreeServer.Of(
            ("/redfish/v1", """{"RedfishVersion":"1.9.0","Chassis":{"@odata.id":"/redfish/v1/Chassis"}}"""),
            ("/redfish/v1/Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/Tray"}]}"""),
            ("/redfish/v1/Chassis/Tray", """{"ChassisType":"Sled","Assembly":{"@odata.id":"/redfish/v1/Chassis/Tray/Assembly"},"Sensors":{"@odata.id":"/redfish/v1/Chassis/Tray/Sensors"}}"""),
            ("/redfish/v1/Chassis/Tray/Assembly", """{"Assemblies":[{"MemberId":"0","SerialNumber":"18302","Name":"Board"}]}"""),
            ("/redfish/v1/Chassis/Tray/Sensors", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/Tray/Sensors/T"}]}"""),
            ("/redfish/v1/Chassis/Tray/Sensors/T", """{"Reading":40.5,"ReadingType":"Temperature"}""")));

        Assert.Equal("/redfish/v1/Chassis/Tray/Sensors/T", Assert.Single(walk.Found.Sensors).Uri);
        Assert.Single(walk.Found.Plan.Reads);
        Assert.Empty(walk.Failures);
    }

    // DGX H100 and Dell: @odata.id that is another's path.
    [Fact]
    public async Task A_body_that_says_anothers_path_is_known_by_the_one_it_was_read_at()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Chassis", "[C]"), ("Chassis/C", """{"ChassisType":"Sled","Sensors":{"@odata.id":"/redfish/v1/Chassis/C/Sensors"}}"""), ("Chassis/C/Sensors", "[a,b]"),
            ("Chassis/C/Sensors/a", """{"@odata.id":"/redfish/v1/Chassis/C/Sensors/b","Reading":1,"ReadingType":"Temperature"}"""),
            ("Chassis/C/Sensors/b", """{"@odata.id":"/redfish/v1/Chassis/C/Sensors/b","Reading":2,"ReadingType":"Temperature"}""")));

        Assert.Equal(["/redfish/v1/Chassis/C/Sensors/a", "/redfish/v1/Chassis/C/Sensors/b"], walk.Found.Sensors.Select(sensor => sensor.Uri).Order());
        Assert.Equal(2, walk.Found.Plan.Values);
    }

    // AMI: members of Systems and Managers that are something else, or nothing.
    [Fact]
    public async Task Members_that_do_not_belong_there_make_no_parts()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Systems", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C"},{"@odata.id":"/redfish/v1/Systems/none"},7,{"@odata.id":null}]}"""),
            ("Managers", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C"}]}"""), ("Chassis", "[C]"), ("Chassis/C", """{"@odata.type":"#Chassis.v1_14_0.Chassis","ChassisType":"Sled","SerialNumber":"S1"}""")));

        Assert.Equal("S1", walk.Found.Serial?.Value);
        Assert.Empty(walk.Found.Parts);
        Assert.Empty(walk.Failures);
    }
}
