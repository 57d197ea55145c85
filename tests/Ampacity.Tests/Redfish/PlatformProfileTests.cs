using Ampacity.Redfish;
using NJsonSchema;

namespace Ampacity.Tests;

public sealed class PlatformProfileTests
{
    private const string Minimal = """{"id":"x","title":"x","match":{},"identity":{"serial":[],"part":[],"model":[],"managerMac":[]}}""";

    [Fact]
    public async Task Every_shipped_profile_is_valid_against_its_schema_and_loads()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(RepositoryFolder.Root, "schemas", "platform-profile.schema.json"), TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(SimulatedRack.ProfileFolder, "*.json");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(schema.Validate(File.ReadAllText(file))));
        Assert.Equal(files.Length, PlatformProfiles.Load(SimulatedRack.ProfileFolder).All.Count);
        Assert.NotEmpty(schema.Validate(Minimal.Replace("\"match\":{}", "\"match\":{},\"reprots\":[]")));
    }

    [Fact]
    public void The_most_exact_profile_wins_and_generic_takes_the_rest()
    {
        var profiles = PlatformProfiles.Load(SimulatedRack.ProfileFolder);
        Assert.Equal("nvidia-gb200-nvl", profiles.Find("NVIDIA", "GB200 NVL", "1.17.0")?.Id);
        Assert.Equal("dell-idrac9", profiles.Find("Dell", "Integrated Dell Remote Access Controller", "1.18.0")?.Id);
        Assert.Equal("generic", profiles.Find("Contoso", "X", "1.18.0")?.Id);
        Assert.Equal("generic", profiles.Find(null, null, null)?.Id);
    }

    // What roots, OEM keys, and models and Ids of managers and chassis say on captured trees and in public documents of each platform.
    [Theory]
    [InlineData("nvidia-gb200-nvl", "NVIDIA", "GB200 NVL", "1.17.0", "Nvidia", "HGX_Chassis_0")]
    [InlineData("nvidia-gb200-nvswitch", "NVIDIA", "P3809", "1.17.0", "Nvidia", "MGX_BMC_0")]
    [InlineData("nvidia-gb300-nvl", "Supermicro", "GB NVL", "1.17.0", "Nvidia", "HGX_Chassis_0")]
    [InlineData("ami-gb300", "AMI", "AMI Redfish Server", "1.11.0", "Ami", "GB300 NVL")]
    [InlineData("nvidia-dgx-h100", "AMI", "AMI Redfish Server", "1.11.0", "Ami", "HGX_Chassis_0")]
    [InlineData("generic", "AMI", "AMI Redfish Server", "1.11.0", "Ami", "Self")]
    [InlineData("hpe-ilo", "HPE", "ProLiant DL380 Gen12", "1.20.0", "Hpe", null)]
    [InlineData("hpe-ilo5", "HPE", null, "1.6.0", "Hpe", "iLO 5")]
    [InlineData("hpe-ilo6", "HPE", "ProLiant DL380a Gen11", "1.20.0", "Hpe", "iLO 6")]
    [InlineData("hpe-cray-ex", null, null, "1.5.0", null, "EX235A")]
    [InlineData("supermicro-x13", null, null, "1.11.0", "Supermicro", "UBB_1")]
    [InlineData("lenovo-xcc", "Lenovo", null, "1.15.0", "Lenovo", null)]
    [InlineData("delta-power-shelf", "Delta Electronics Inc.", null, "1.17.0", "deltaenergysystems", "PowerShelf_0")]
    [InlineData("liteon-power-shelf", null, null, "1.9.0", null, "PowerShelf")]
    [InlineData("nvidia-bluefield", "Nvidia", "BlueField-3 DPU", "1.17.0", "Nvidia", "Card1")]
    [InlineData("amd-ubb8", null, null, "1.15.0", null, "OAM_3")]
    [InlineData("intel-gaudi3", null, null, "1.15.0", "Intel_RackScale", "OAM_3")]
    [InlineData("ocp-ubb", "Contoso", "X", "1.15.0", null, "UBB")]
    [InlineData("dmtf-pdu", null, null, "1.13.0", null, "RackPDU1")]
    [InlineData("dmtf-cdu", null, null, "1.13.0", null, "CDU")]
    public void A_platform_is_told_by_its_root_its_oem_keys_and_where_it_is_silent_by_managers_and_chassis(
        string id, string? vendor, string? product, string version, string? oem, string? model)
    {
        var hints = new BmcHints(vendor, product, version, oem is null ? [] : [oem], model is null ? [] : [model]);
        Assert.Equal(id, PlatformProfiles.Load(SimulatedRack.ProfileFolder).Find(hints)?.Id);
    }

    [Theory]
    [InlineData("\"match\":{}", "\"match\":{},\"manners\":{\"skip\":[\"Chassis\"]}", "a path below")]
    [InlineData("\"match\":{}", "\"match\":{},\"manners\":{\"expand\":\"sometimes\"}", "expand")]
    [InlineData("\"match\":{}", "\"match\":{},\"reprots\":[]", "reprots")]
    [InlineData("\"id\":\"x\"", "\"id\":\"X y\"", "lower-case")]
    [InlineData("\"match\":{}", "\"match\":{},\"concurrency\":99", "1 to 16")]
    [InlineData("\"match\":{}", "\"match\":{},\"metrics\":[{\"pattern\":\"/redfish/v1/{n\",\"name\":\"a\",\"component\":\"b\",\"kind\":\"gauge\"}]", "braces")]
    [InlineData("\"match\":{}", "\"match\":{},\"metrics\":[{\"pattern\":\"/redfish/v1/n\",\"name\":\"a\",\"component\":\"b\",\"kind\":\"counter\"}]", "_total")]
    public void A_wrong_profile_is_refused_and_says_why(string good, string bad, string word)
    {
        Assert.Equal("x", PlatformProfile.Parse(Minimal).Id);
        var e = Assert.Throws<PlatformProfileException>(() => PlatformProfile.Parse(Minimal.Replace(good, bad)));
        Assert.Contains(word, e.Message);
    }

    [Theory]
    [InlineData("/redfish/v1/Chassis/HGX_GPU_2/Sensors/HGX_GPU_2_Power_0", "hw_power_watts", "gpu2")]
    [InlineData("/redfish/v1/Chassis/HGX_GPU_2/Sensors/HGX_GPU_2_Power_0#/Reading", "hw_power_watts", "gpu2")]
    [InlineData("/redfish/v1/Chassis/HGX_CPU_1/Sensors/ProcessorModule_1_CPU_0_Power_0", "hw_power_watts", "cpu1")]
    [InlineData("/redfish/v1/Chassis/HGX_GPU_0/Sensors/HGX_GPU_0_DRAM_0_Temp_0", "hw_temperature_celsius", "gpu0/dram")]
    [InlineData("/redfish/v1/Chassis/HGX_GPU_0/Sensors/HGX_GPU_0_TEMP_1", null, null)]
    [InlineData("/redfish/v1/Chassis/HGX_GPU_0/Sensors/HGX_GPU_0_DRAM_0_Power_0", null, null)]
    [InlineData("/redfish/v1/Chassis/HGX_Chassis_0/Sensors/HGX_Chassis_0_TotalGPU_Power_0", null, null)]
    [InlineData("/redfish/v1/Chassis/HGX_CPU_0/Sensors/ProcessorModule_0_Vreg_0_CpuPower_0", null, null)]
    public void Power_is_mapped_once_and_margins_are_no_temperatures(string property, string? name, string? component)
    {
        var mapped = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("nvidia-gb200-nvl")!.Map(property);
        Assert.Equal(name, mapped?.Rule.Name);
        Assert.Equal(component, mapped?.Component);
    }
}
