using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class HostListTests
{
    [Fact]
    public void A_list_names_hosts_ranges_ports_platforms_and_accounts()
    {
        var targets = HostList.Parse("\ufeffAddress;Port;Account;Platform\n# the first rack\n10.1.0.1-10.1.0.2;8443;blue;\n\nbmc-7;;;\"nvidia-gb200-nvl\"\n", 443, "https");
        Assert.Equal(["https://10.1.0.1:8443", "https://10.1.0.2:8443", "https://bmc-7:443"], targets.Select(target => target.Address));
        Assert.Equal(["blue", "blue", null], targets.Select(target => target.Account));
        Assert.Equal("nvidia-gb200-nvl", targets[2].Platform);
    }

    [Theory]
    [InlineData("", "names no host")]
    [InlineData("port\n1", "names no address")]
    [InlineData("address,colour\na,red", "'colour' is no column")]
    [InlineData("address,port\na,x", "line 2: 'x' is no port")]
    [InlineData("address,port\na,70000", "line 2")]
    [InlineData("address\n,", "line 2")]
    [InlineData("address\n10.0.0.0/8", "line 2")]
    [InlineData("address,account\na,one\na,two", "twice")]
    public void A_list_that_cannot_be_read_says_which_line(string text, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => HostList.Parse(text, 443, "https")).Message);

    [Fact]
    public void A_line_without_end_is_refused() => Assert.Throws<FormatException>(() => HostList.Parse("address\n" + new string('a', 1_000_000), 443, "https"));
}
