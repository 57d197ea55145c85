using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class AccountPatternTests
{
    private static readonly AccountBook Book = new(
        ((string[])["default", "platform:nvidia*", "platform:nvidia-gb200-nvl", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "bmc-7*", "mac:02:00:*", "mac:02-00-00-00-00-01", "account:blue"])
        .Select(text => (AccountPattern.TryParse(text, out var pattern, out _) ? pattern : throw new InvalidOperationException(text), text, "secret-of-" + text)));

    [Theory]
    [InlineData("10.1.2.3", "02:00:00:00:00:01", "nvidia-gb200-nvl", null, "mac:02-00-00-00-00-01")]
    [InlineData("10.1.2.3", "02:00:00:00:00:02", "nvidia-gb200-nvl", null, "mac:02:00:*")]
    [InlineData("10.1.2.3", null, "nvidia-gb200-nvl", null, "10.1.2.3")]
    [InlineData("10.1.2.4", null, "nvidia-gb200-nvl", null, "10.1.2.0/24")]
    [InlineData("10.1.9.4", null, "nvidia-gb200-nvl", null, "10.1.0.0/16")]
    [InlineData("BMC-71", null, "nvidia-gb200-nvl", null, "bmc-7*")]
    [InlineData("10.9.9.9", null, "nvidia-gb200-nvl", null, "platform:nvidia-gb200-nvl")]
    [InlineData("10.9.9.9", null, "nvidia-dgx", null, "platform:nvidia*")]
    [InlineData("fe80::1", null, null, null, "default")]
    [InlineData("10.1.2.3", "02:00:00:00:00:01", "nvidia-gb200-nvl", "Blue", "account:blue")]
    public void The_most_exact_account_that_fits_is_taken(string host, string? mac, string? platform, string? named, string expected) =>
        Assert.Equal(expected, Book.For(host, mac, platform, named)?.Username);

    [Fact]
    public void Where_a_list_names_an_account_that_is_not_kept_no_other_is_taken() => Assert.Null(Book.For("10.1.2.3", null, null, "red"));

    [Theory]
    [InlineData("")]
    [InlineData("10.1.0.0/33")]
    [InlineData("a b")]
    [InlineData("foo:bar")]
    [InlineData("mac-address:02:00:*")]
    [InlineData("10.1.0.5:8000")]
    [InlineData("mac:")]
    [InlineData(null)]
    public void What_is_no_pattern_is_told(string? text)
    {
        Assert.False(AccountPattern.TryParse(text, out _, out var hint));
        Assert.NotEmpty(hint);
    }

    [Fact]
    public void No_password_is_in_what_an_account_says_of_itself() =>
        Assert.DoesNotContain("secret", string.Join(' ', Book.Listed.Select(entry => $"{entry} {Book.For("10.1.2.3", null, null)}")));
}
