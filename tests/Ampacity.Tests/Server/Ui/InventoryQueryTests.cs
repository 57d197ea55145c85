using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class InventoryQueryTests
{
    [Fact]
    public void The_plain_page_has_a_plain_address() => Assert.Equal("./inventory", new InventoryQuery().Href);

    [Fact]
    public void An_address_says_all_that_was_asked()
    {
        var query = new InventoryQuery
        {
            At = "site/hall",
            Tab = InventoryTab.Below,
            Kind = "Rack",
            State = "live",
            Name = "a&b",
            AllLevels = true,
            Page = 3,
            AsOfMs = 1_767_225_600_000,
        };
        Assert.Equal(
            "./inventory?at=site/hall&tab=below&kind=Rack&state=live&name=a%26b&levels=all&page=3&asOf=2026-01-01T00:00:00Z", query.Href);
    }

    [Fact]
    public void Another_place_keeps_the_instant_and_drops_the_filter() =>
        Assert.Equal("./inventory?at=site&asOf=1970-01-01T00:00:01Z", new InventoryQuery { At = "x", State = "live", AsOfMs = 1000 }.To("site").Href);

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", 1_767_225_600_000)]
    [InlineData("2026-01-01T01:00:00+01:00", 1_767_225_600_000)]
    [InlineData("2026-01-01T00:00", 1_767_225_600_000)]
    [InlineData("2026-01-01", 1_767_225_600_000)]
    [InlineData("1767225600", 1_767_225_600_000)]
    public void An_instant_is_read_as_UTC(string text, long atMs) => Assert.Equal(atMs, new InventoryQuery().WithAsOf(text).AsOfMs);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("1e300")]
    public void What_is_no_instant_is_told_and_is_now(string text)
    {
        var query = new InventoryQuery().WithAsOf(text);
        Assert.Null(query.AsOfMs);
        Assert.Equal(text, query.WrongAsOf);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("0", 1)]
    [InlineData("-4", 1)]
    [InlineData("99999999999", 1)]
    [InlineData("7", 7)]
    public void A_page_that_is_none_is_the_first(string? text, int page) => Assert.Equal(page, InventoryQuery.ReadPage(text));

    [Fact]
    public void A_state_that_is_none_is_told()
    {
        new InventoryQuery { State = "broken" }.ToFilter(out var wrong);
        Assert.Equal("broken is no lifecycle state.", wrong);
    }

    [Fact]
    public void The_longest_name_of_an_address_is_a_pattern()
    {
        var filter = new InventoryQuery { Name = PageAddress(new string('a', 10_000)) }.ToFilter(out _);
        Assert.Single(filter.Names);

        static string PageAddress(string text) => text[..256];
    }
}
