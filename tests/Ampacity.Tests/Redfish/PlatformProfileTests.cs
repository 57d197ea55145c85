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
        Assert.Equal("generic", profiles.Find("Dell", "Integrated Dell Remote Access Controller", "1.18.0")?.Id);
        Assert.Equal("generic", profiles.Find(null, null, null)?.Id);
    }

    [Theory]
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
