using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class UriPatternTests
{
    [Theory]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_3/S/GPU_3_P", "gpu3")]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_12/S/GPU_12_P", "gpu12")]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_3/S/GPU_4_P", null)]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_3/S/GPU_3_P2", null)]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_/S/GPU__P", null)]
    [InlineData("/a/GPU_{n}/S/GPU_{n}_P", "/a/GPU_1234567/S/GPU_1234567_P", null)]
    public void A_name_captures_digits_and_twice_the_same_ones(string pattern, string path, string? component) =>
        Assert.Equal(component, new UriPattern(pattern).Apply(path, "gpu{n}"));

    [Fact]
    public void Two_names_fill_a_template() =>
        Assert.Equal("module1/inlet0", new UriPattern("/M_{n}/M_{n}_In_{m}").Apply("/M_1/M_1_In_0", "module{n}/inlet{m}"));

    [Theory]
    [InlineData("/a/{n")]
    [InlineData("/a/n}")]
    [InlineData("/a/{n}{m}")]
    [InlineData("/a/{}")]
    [InlineData("/a/{N}")]
    public void A_malformed_pattern_is_refused(string pattern) => Assert.Throws<FormatException>(() => new UriPattern(pattern));
}
