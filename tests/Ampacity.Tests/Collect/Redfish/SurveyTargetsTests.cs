using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class SurveyTargetsTests
{
    [Theory]
    [InlineData("127.80.1.0/27", 30, "http://127.80.1.1:8000", "http://127.80.1.30:8000")]
    [InlineData("10.0.0.4/31", 2, "http://10.0.0.4:8000", "http://10.0.0.5:8000")]
    [InlineData("10.0.0.4/32", 1, "http://10.0.0.4:8000", "http://10.0.0.4:8000")]
    [InlineData("10.0.0.250-10.0.1.5", 12, "http://10.0.0.250:8000", "http://10.0.1.5:8000")]
    [InlineData("10.0.0.5:8443", 1, "http://10.0.0.5:8443", "http://10.0.0.5:8443")]
    [InlineData("bmc-7.example", 1, "http://bmc-7.example:8000", "http://bmc-7.example:8000")]
    [InlineData("[fe80::1]:443, 10.0.0.1", 2, "http://[fe80::1]:443", "http://10.0.0.1:8000")]
    [InlineData("10.0.0.1,10.0.0.1", 1, "http://10.0.0.1:8000", "http://10.0.0.1:8000")]
    [InlineData("10.1.0.0/16", 65_534, "http://10.1.0.1:8000", "http://10.1.255.254:8000")]
    public void What_people_write_is_read(string text, int count, string first, string last)
    {
        var targets = SurveyTargets.Parse(text, 8000, "http");
        Assert.Equal(count, targets.Count);
        Assert.Equal(first, targets[0].Address);
        Assert.Equal(last, targets[^1].Address);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "65536")]
    [InlineData("0.0.0.0/0", "65536")]
    [InlineData("10.0.0.0/33", "IPv4 block")]
    [InlineData("10.0.0.9-10.0.0.1", "ends before")]
    [InlineData("a b", "a host")]
    [InlineData("10.0.0.1:99999", "65535")]
    [InlineData("fe80::/64", "IPv4")]
    [InlineData("", "no target")]
    public void What_cannot_be_read_is_refused_with_the_reason(string text, string word) =>
        Assert.Contains(word, Assert.Throws<FormatException>(() => SurveyTargets.Parse(text, 443, "https")).Message);
}
