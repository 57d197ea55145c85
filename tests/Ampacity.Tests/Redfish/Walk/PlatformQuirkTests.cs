using System.Net;
using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>
/// What platforms in the field do, each as the few facts that show it; the facts are written for these tests after the captured trees and the
/// quirk tables of public clients that each test names.
/// </summary>
public sealed class PlatformQuirkTests
{
    private static Task<HardwareWalk> Walk(TreeServer server) => Walks.RunAsync(server, cancellationToken: TestContext.Current.CancellationToken);

    private static IEnumerable<WalkedPart> Of(HardwareWalk walk, WalkedKind kind) => walk.Found.Parts.Where(part => part.Kind == kind);

    // GB200 tray.
    [Fact]
    public async Task A_detector_is_what_it_says_itself_and_not_what_the_roll_up_says()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Chassis", "[T]"), ("Chassis/T", """{"ThermalSubsystem":{"@odata.id":"/redfish/v1/Chassis/T/ThermalSubsystem"}}"""),
            ("Chassis/T/ThermalSubsystem", """{"@odata.type":"#ThermalSubsystem.v1_3_0.ThermalSubsystem","LeakDetection":{"@odata.id":"/redfish/v1/Chassis/T/ThermalSubsystem/LeakDetection"}}"""),
            ("Chassis/T/ThermalSubsystem/LeakDetection", """{"Status":{"Health":"OK","HealthRollup":"OK"},"LeakDetectors":{"@odata.id":"/redfish/v1/Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors"}}"""),
            ("Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors", "[A,B,C,D]"),
            ("Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors/A", """{"Id":"A","DetectorState":"Critical","Status":{"State":"Degraded","Health":"Critical"}}"""),
            ("Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors/B", """{"Id":"B","DetectorState":"OK"}"""),
            ("Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors/C", """{"Id":"C","DetectorState":"Absent","Status":{"State":"Absent"}}"""),
            ("Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors/D", """{"Id":"D"}""")));

        Assert.Equal(["Critical", "OK", "Absent", null], Of(walk, WalkedKind.LeakDetector).Select(part => part.DetectorState));
        Assert.Equal("Critical", walk.Found.Parts[0].Health);
        Assert.Contains(walk.Quirks, quirk => quirk is { Uri: "/redfish/v1/Chassis/T/ThermalSubsystem/LeakDetection/LeakDetectors/D", Property: "DetectorState" });
        Assert.All(walk.Found.Plan.Reads, read => Assert.Equal((PlanClass.Leak, 30), (read.Class, read.PeriodSeconds)));
    }

    // GB200 tray: GPUs carry no serial, the assembly of their chassis may.
    [Fact]
    public async Task A_gpu_without_a_serial_takes_that_of_its_own_chassis_and_never_the_trays()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Chassis", "[Tray,HGX_GPU_0,HGX_IRoT_GPU_0]"), ("Chassis/Tray", """{"ChassisType":"Shelf","SerialNumber":"TRAY"}"""),
            ("Chassis/HGX_GPU_0", """{"ChassisType":"Component","SerialNumber":"GPUSERIAL"}"""),
            ("Chassis/HGX_IRoT_GPU_0", """{"ChassisType":"Component","SerialNumber":"0xE76BC457F6FEB203"}"""),
            ("Systems", "[S]"), ("Systems/S", """{"Processors":{"@odata.id":"/redfish/v1/Systems/S/Processors"}}"""), ("Systems/S/Processors", "[GPU_0,GPU_1]"),
            ("Systems/S/Processors/GPU_0", """{"Id":"GPU_0","ProcessorType":"GPU"}"""), ("Systems/S/Processors/GPU_1", """{"Id":"GPU_1","ProcessorType":"GPU"}""")));

        Assert.Equal(["GPUSERIAL", null], Of(walk, WalkedKind.Accelerator).Select(part => part.Serial));
        Assert.Contains(walk.Quirks, quirk => quirk.What == "none of its own: taken from /redfish/v1/Chassis/HGX_GPU_0#/SerialNumber");
        Assert.Contains(walk.Quirks, quirk => quirk.What == "an accelerator without a serial number");
        Assert.Equal("TRAY", walk.Found.Serial?.Value);
    }

    // GB300 tray of a redacted capture: four GPUs under two systems, all four of one serial in one of them.
    [Fact]
    public async Task Four_gpus_under_two_systems_are_four_though_one_system_gives_them_one_serial()
    {
        static string Gpu(int number, string serial) => $$$"""{"Id":"GPU_{{{number}}}","ProcessorType":"GPU","SerialNumber":"{{{serial}}}","Links":{"Chassis":{"@odata.id":"/redfish/v1/Chassis/G{{{number}}}"} } }""";
        var resources = new List<(string, string)> { ("Systems", "[A,B]") };
        foreach (var system in new[] { "A", "B" })
        {
            resources.Add(($"Systems/{system}", $$"""{"SerialNumber":"{{system}}1","Processors":{"@odata.id":"/redfish/v1/Systems/{{system}}/Processors"} }"""));
            resources.Add(($"Systems/{system}/Processors", "[GPU_0,GPU_1,GPU_2,GPU_3]"));
            resources.AddRange(Enumerable.Range(0, 4).Select(number => ($"Systems/{system}/Processors/GPU_{number}", Gpu(number, system == "A" ? "123456" : $"{number}23456"))));
        }

        var walk = await Walk(TreeServer.Facts("", [.. resources]));
        Assert.Equal(4, Of(walk, WalkedKind.Accelerator).Count());
        Assert.Contains(walk.Quirks, quirk => quirk.What == "'123456' stands on 4 accelerators");
        Assert.Equal("GPU_2", walk.Found.At("/redfish/v1/Systems/B/Processors/GPU_2")?.Id);
    }

    // MI250X: four modules, eight dies that firmware lists as GPUs.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dies_that_share_a_module_or_a_serial_are_one_accelerator(bool byChassis)
    {
        var resources = new List<(string, string)>
        {
            ("Systems", "[Node]"), ("Systems/Node", """{"Processors":{"@odata.id":"/redfish/v1/Systems/Node/Processors"}}"""),
            ("Systems/Node/Processors", "[CPU0,GPU0,GPU1,GPU2,GPU3,GPU4,GPU5,GPU6,GPU7]"), ("Systems/Node/Processors/CPU0", """{"Id":"CPU0","ProcessorType":"CPU","SerialNumber":"00000000000000"}"""),
        };
        resources.AddRange(Enumerable.Range(0, 8).Select(die => ($"Systems/Node/Processors/GPU{die}", byChassis
            ? $$$"""{"Id":"GPU{{{die}}}","ProcessorType":"GPU","Model":"MI250X","Links":{"Chassis":{"@odata.id":"/redfish/v1/Chassis/OAM_{{{die / 2}}}"} } }"""
            : $$$"""{"Id":"GPU{{{die}}}","ProcessorType":"GPU","Model":"MI250X","SerialNumber":"PCB07{{{die / 2}}}"}""")));

        var walk = await Walk(TreeServer.Facts("", [.. resources]));
        Assert.Equal(4, Of(walk, WalkedKind.Accelerator).Count());
        Assert.Equal(8, Of(walk, WalkedKind.AcceleratorDie).Count());
        Assert.All(Of(walk, WalkedKind.AcceleratorDie), die => Assert.Equal(WalkedKind.Accelerator, walk.Found.At(die.InUri)?.Kind));
        Assert.Equal(byChassis ? [null] : ["PCB070", "PCB071", "PCB072", "PCB073"], Of(walk, WalkedKind.Accelerator).Select(part => part.Serial).Distinct());
        Assert.Null(Assert.Single(Of(walk, WalkedKind.Processor)).Serial);
    }

    // An HGX board whose eight GPUs all link to the tray's chassis.
    [Fact]
    public async Task Gpus_that_share_the_trays_chassis_are_not_dies_of_one_package()
    {
        var resources = new List<(string, string)>
        {
            ("Systems", "[S]"), ("Systems/S", """{"Processors":{"@odata.id":"/redfish/v1/Systems/S/Processors"}}"""), ("Systems/S/Processors", "[0,1,2,3]"),
        };
        resources.AddRange(Enumerable.Range(0, 4).Select(gpu => ($"Systems/S/Processors/{gpu}", $$$"""{"Id":"{{{gpu}}}","ProcessorType":"GPU","Links":{"Chassis":{"@odata.id":"/redfish/v1/Chassis/Tray"} } }""")));
        var walk = await Walk(TreeServer.Facts("", [.. resources]));
        Assert.Equal(4, Of(walk, WalkedKind.Accelerator).Count());
        Assert.Empty(Of(walk, WalkedKind.AcceleratorDie));
    }

    // Gaudi 3: odata.id without the @; ProcessorType Accelerator; a place without a card.
    [Fact]
    public async Task Links_without_the_at_are_followed_and_an_absent_place_is_no_accelerator()
    {
        var walk = await Walk(TreeServer.Facts(
            "", ("Systems", """{"Members":[{"odata.id":"/redfish/v1/Systems/system"}]}"""), ("Systems/system", """{"Processors":{"odata.id":"/redfish/v1/Systems/system/Processors"}}"""),
            ("Systems/system/Processors", """{"Members":[{"odata.id":"/redfish/v1/Systems/system/Processors/OAM_0"},{"odata.id":"/redfish/v1/Systems/system/Processors/OAM_1"},{"odata.id":"/redfish/v1/Systems/system/Processors/OAM_2"}]}"""),
            ("Systems/system/Processors/OAM_0", """{"Id":"OAM_0","ProcessorType":"Accelerator","SerialNumber":"AM1"}"""),
            ("Systems/system/Processors/OAM_1", """{"Id":"OAM_1","ProcessorType":"Accelerator","Status":{"State":"Absent"}}"""),
            ("Systems/system/Processors/OAM_2", """{"Id":"OAM_2","ProcessorType":"OEM","SerialNumber":"AM3"}""")));

        Assert.Equal(["OAM_0", "OAM_2"], Of(walk, WalkedKind.Accelerator).Select(part => part.Id));
        Assert.Contains(walk.Quirks, quirk => quirk.What == "odata.id without the @");
        Assert.Contains(walk.Quirks, quirk => quirk.What == "does not say what it is: taken for an accelerator by its Id");
    }

    // DGX H100: 336 cores and threads below two CPUs; blades of an enclosure each with a "CPU".
    [Fact]
    public async Task Cores_are_no_processors_and_equal_names_of_two_machines_are_two()
    {
        var server = TreeServer.Facts(
            "", ("Systems", "[Blade1,Blade2]"), ("Systems/Blade1", """{"SerialNumber":"B1","Processors":{"@odata.id":"/redfish/v1/Systems/Blade1/Processors"}}"""),
            ("Systems/Blade2", """{"SerialNumber":"B2","Processors":{"@odata.id":"/redfish/v1/Systems/Blade2/Processors"}}"""),
            ("Systems/Blade1/Processors", "[CPU,Core0]"), ("Systems/Blade2/Processors", "[CPU]"),
            ("Systems/Blade1/Processors/CPU", """{"Id":"CPU","ProcessorType":"CPU","SubProcessors":{"@odata.id":"/redfish/v1/Systems/Blade1/Processors/CPU/SubProcessors"}}"""),
            ("Systems/Blade1/Processors/Core0", """{"Id":"Core0","ProcessorType":"Core"}"""), ("Systems/Blade2/Processors/CPU", """{"Id":"CPU","ProcessorType":"CPU"}"""));
        var walk = await Walk(server);

        Assert.Equal(2, Of(walk, WalkedKind.Processor).Count());
        Assert.Equal(2, walk.Found.Parts.Select(part => part.Id).Distinct().Count());
        Assert.DoesNotContain(server.Gets, path => path.Contains("SubProcessors"));
    }

    // iLO 5: one resource in two cases, no subsystems; Lite-On: State Standby, capacity in quotes, Id unlike the path.
    [Fact]
    public async Task The_old_power_and_thermal_count_where_there_is_no_subsystem_and_two_cases_are_one_resource()
    {
        var server = TreeServer.Facts(
            "", ("Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/1"},{"@odata.id":"/redfish/v1/chassis/1/"}]}"""),
            ("Chassis/1", """{"ChassisType":"RackMount","Power":{"@odata.id":"/redfish/v1/chassis/1/power"},"Thermal":{"@odata.id":"/redfish/v1/Chassis/1/Thermal"}}"""),
            ("chassis/1/power", """{"PowerControl":[{"PowerConsumedWatts":412}],"PowerSupplies":[{"MemberId":"0","SerialNumber":"5WBXT0","Status":{"State":"Standby","Health":"OK"},"LastPowerOutputWatts":600,"PowerCapacityWatts":"5500"},{"MemberId":"1","Status":{"State":"Absent"}}]}"""),
            ("Chassis/1/Thermal", """{"Fans":[{"MemberId":"0","Reading":30,"ReadingUnits":"Percent"}],"Temperatures":[{"ReadingCelsius":21},{"ReadingCelsius":null},{"ReadingCelsius":0,"Status":{"State":"Absent"}}]}"""));
        var walk = await Walk(server);

        Assert.Equal("Standby", Assert.Single(Of(walk, WalkedKind.PowerSupply)).State);
        Assert.Single(Of(walk, WalkedKind.Fan));
        Assert.Equal(4, walk.Found.Plan.Values);
        Assert.Single(server.Gets, path => path.EndsWith("hassis/1", StringComparison.Ordinal));
        Assert.Contains(walk.Quirks, quirk => quirk.What == "names a member twice");
    }

    // Delta ORv3 and Lite-On: members inside the collection, 404 beside it; a second, empty chassis; an anonymous root without Systems.
    [Fact]
    public async Task A_shelf_with_members_inside_its_collections_is_a_power_shelf()
    {
        var server = TreeServer.Facts(
            "\"PowerEquipment\":{\"@odata.id\":\"/redfish/v1/PowerEquipment\"}", ("Chassis", "[PowerShelf,PowerShelf_0]"), ("Chassis/PowerShelf_0", """{"Id":"PowerShelf_0"}"""),
            ("Chassis/PowerShelf", """{"ChassisType":"RackMount","SerialNumber":"S","PowerSubsystem":{"@odata.id":"/redfish/v1/Chassis/PowerShelf/PowerSubsystem"},"Sensors":{"@odata.id":"/redfish/v1/Chassis/PowerShelf/Sensors"}}"""),
            ("Chassis/PowerShelf/PowerSubsystem", """{"PowerSupplies":{"@odata.id":"/redfish/v1/Chassis/PowerShelf/PowerSubsystem/PowerSupplies"}}"""),
            ("Chassis/PowerShelf/PowerSubsystem/PowerSupplies", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/PowerShelf/PowerSubsystem/PowerSupplies/0","Id":"0","SerialNumber":"P0","Status":{"State":"Standby"}},{"@odata.id":"/redfish/v1/Chassis/PowerShelf/PowerSubsystem/PowerSupplies/1","Id":"1","SerialNumber":"P1"}]}"""),
            ("Chassis/PowerShelf/Sensors", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/PowerShelf/Sensors/psu0_in","Id":"other","Name":"x","ReadingType":"Power","Reading":612},{"@odata.id":"/redfish/v1/Chassis/PowerShelf/Sensors/psu0_pf","Id":"pf","Name":"x","ReadingType":"Percent","Reading":99}]}"""));
        var walk = await Walk(server);

        Assert.Equal(WalkedBmcKind.PowerShelf, walk.Found.Kind);
        Assert.Equal(["P0", "P1"], Of(walk, WalkedKind.PowerSupply).Select(part => part.Serial));
        Assert.Equal(2, walk.Found.Sensors.Count);
        Assert.Equal(new PlanRead("/redfish/v1/Chassis/PowerShelf/Sensors", PlanForm.Expanded, PlanClass.Power, 30, walk.Found.Plan.Reads[0].Bytes, 2), Assert.Single(walk.Found.Plan.Reads));
    }

    // AMI: a root without links until it is reset; members that are not what the collection holds; a chassis without type or name.
    [Fact]
    public async Task Missing_links_of_the_root_are_probed_once_and_a_nameless_chassis_is_walked()
    {
        var unlinked = TreeServer.Of(
            ("/redfish/v1", """{"RedfishVersion":"1.11.0"}"""), ("/redfish/v1/Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]}"""),
            ("/redfish/v1/Chassis/1", """{"@odata.id":"/redfish/v1/Chassis/1","Sensors":{"@odata.id":"/redfish/v1/Chassis/1/Sensors"},"Links":{"ContainedBy":[{"@odata.id":"/redfish/v1/Chassis/Self"}]}}"""),
            ("/redfish/v1/Chassis/1/Sensors", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/1/Sensors/a"}]}"""), ("/redfish/v1/Chassis/1/Sensors/a", """{"ReadingType":"Power","Reading":1}"""));
        var walk = await Walk(unlinked);

        Assert.Single(walk.Found.Sensors);
        Assert.Contains(walk.Quirks, quirk => quirk is { Property: "Chassis", What: "no link, but it is there" });
        Assert.DoesNotContain(walk.Quirks, quirk => quirk.What.Contains("404"));
        Assert.Equal(unlinked.Gets.Count, unlinked.Gets.Distinct().Count());
    }

    // BlueField 3: Members null, empty UUID; EX235a: SetPoint 0 with mode Disabled.
    [Fact]
    public async Task Null_members_and_an_empty_uuid_cost_themselves_only()
    {
        var walk = await Walk(TreeServer.Facts(
            "\"UUID\":\"\",\"Product\":\"BlueField-3 DPU\"", ("Systems", """{"Members":null}"""), ("Managers", "[Bluefield_BMC]"),
            ("Managers/Bluefield_BMC", """{"FirmwareVersion":"BF-24.10","EthernetInterfaces":{"@odata.id":"/redfish/v1/Managers/Bluefield_BMC/EthernetInterfaces"}}"""),
            ("Managers/Bluefield_BMC/EthernetInterfaces", "[usb0,eth0]"), ("Managers/Bluefield_BMC/EthernetInterfaces/usb0", """{"Id":"usb0","MACAddress":"02:11:22:33:44:55","LinkStatus":"LinkUp"}"""),
            ("Managers/Bluefield_BMC/EthernetInterfaces/eth0", """{"Id":"eth0","MACAddress":"A0:88:C2:11:22:33","LinkStatus":"LinkDown"}"""),
            ("Chassis", "[Card1]"), ("Chassis/Card1", """{"ChassisType":"Card","Controls":{"@odata.id":"/redfish/v1/Chassis/Card1/Controls"}}"""), ("Chassis/Card1/Controls", "[NodePowerLimit]"),
            ("Chassis/Card1/Controls/NodePowerLimit", """{"ControlType":"Power","ControlMode":"Disabled","SetPoint":0,"SettingRangeMin":100}""")));

        Assert.Null(walk.Found.ServiceUuid);
        Assert.Equal("a0:88:c2:11:22:33", walk.Found.Mac?.Value);
        Assert.Equal(WalkedBmcKind.Dpu, walk.Found.Kind);
        Assert.Equal(("Power", 0d, "Disabled"), Assert.Single(walk.Found.Controls) is var control ? (control.Type, control.SetPoint, control.Mode) : default);
        Assert.Contains(walk.Quirks, quirk => quirk is { Uri: "/redfish/v1/Systems", What: "null where an array belongs" });
    }

    // DGX H100: collections over pages; one that leads back to itself.
    [Fact]
    public async Task Pages_are_followed_to_the_end_and_a_loop_is_left()
    {
        var walk = await Walk(TreeServer.Of(
            ("/redfish/v1", """{"RedfishVersion":"1.11.0","Chassis":{"@odata.id":"/redfish/v1/Chassis"}}"""),
            ("/redfish/v1/Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/a"}],"Members@odata.nextLink":"/redfish/v1/Chassis?$skip=1"}"""),
            ("/redfish/v1/Chassis?$skip=1", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/b"}],"Members@odata.nextLink":"/redfish/v1/Chassis"}"""),
            ("/redfish/v1/Chassis/a", """{"ChassisType":"Module","SerialNumber":"NA","Drives":{"@odata.id":"/redfish/v1/Chassis/a/Drives"}}"""), ("/redfish/v1/Chassis/b", """{"ChassisType":"Sled","SerialNumber":"163XXXXXXXXXX"}""")));

        Assert.Null(walk.Found.Serial);
        Assert.Contains(walk.Quirks, quirk => quirk is { Property: "Members@odata.nextLink", What: "leads back to a page that was read: the loop was left" });
        Assert.Contains(walk.Quirks, quirk => quirk is { Uri: "/redfish/v1/Chassis/a/Drives", What: "a link to nothing (404)" });
    }

    // Any service: a resource that answers 500 costs itself only.
    [Fact]
    public async Task A_resource_that_fails_is_named_and_the_rest_is_walked()
    {
        var server = TreeServer.Of(
            ("/redfish/v1", """{"RedfishVersion":"1.11.0","Chassis":{"@odata.id":"/redfish/v1/Chassis"},"Managers":{"@odata.id":"/redfish/v1/Managers"}}"""),
            ("/redfish/v1/Managers", """{"Members":[]}"""), ("/redfish/v1/Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/a"},{"@odata.id":"/redfish/v1/Chassis/b"}]}"""),
            ("/redfish/v1/Chassis/b", """{"ChassisType":"Sled","SerialNumber":"B"}"""));
        var walk = await Walk(new TreeServer(server) { Before = path => path == "/redfish/v1/Chassis/a" ? new HttpResponseMessage(HttpStatusCode.InternalServerError) : null });

        Assert.Equal("B", walk.Found.Serial?.Value);
        Assert.Equal(("/redfish/v1/Chassis/a", RedfishOutcome.ServerFault), Assert.Single(walk.Failures) is var failure ? (failure.Uri, failure.Outcome) : default);
    }
}
