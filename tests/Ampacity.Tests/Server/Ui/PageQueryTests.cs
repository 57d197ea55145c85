using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class PageQueryTests
{
    [Fact]
    public void An_address_reads_back_as_what_wrote_it()
    {
        var query = PageQuery.Parse("site/hall/r01/01", "05", ["site/hall/ups-a", "site/hall/ups b&c"], "design");
        Assert.Equal("./?rack=site/hall/r01/01&slot=05&trip=site/hall/ups-a&trip=site/hall/ups%20b%26c&basis=design", query.Href);
    }

    [Fact]
    public void The_plain_page_has_a_plain_address() => Assert.Equal("./", PageQuery.Parse(null, null, null, null).Href);

    [Fact]
    public void A_trip_can_be_added_and_taken_back()
    {
        var query = PageQuery.Parse(null, null, ["a"], null).WithTrip("b");
        Assert.Equal(["a", "b"], query.Trips);
        Assert.False(query.WithoutTrip("a").WithoutTrip("b").IsWhatIf);
    }

    [Fact]
    public void An_address_with_ten_thousand_trips_is_cut() =>
        Assert.Equal(PageQuery.TripsMax, PageQuery.Parse(null, null, [.. Enumerable.Range(0, 10_000).Select(i => $"p{i}")], null).Trips.Count);
}
