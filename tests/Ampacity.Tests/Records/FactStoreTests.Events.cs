using Ampacity.Records;

namespace Ampacity.Tests;

public abstract partial class FactStoreTests
{
    private static EventRow Row(string bmc, string kind, string severity) => new(0, 1_000, bmc, "site/hall/r1/01", "asset:7", "leak1", "redfish poll", kind, severity, "evidence");

    [Fact]
    public async Task Events_are_kept_in_order_and_read_by_page_and_by_what_they_are()
    {
        await using var store = await OpenAsync();
        var kept = await store.AppendEventsAsync([Row("a", "Leak", "Critical"), Row("b", "Breaker", "Critical"), Row("a", "Leak", "Ok")], Token);
        Assert.Equal([1, 2, 3], kept.Select(row => row.Id));
        Assert.Equal([3, 2], (await store.ReadEventsAsync(2, long.MaxValue, null, null, null, Token)).Select(row => row.Id));
        Assert.Equal([1], (await store.ReadEventsAsync(2, 2, null, null, null, Token)).Select(row => row.Id));
        Assert.Equal([3, 1], (await store.ReadEventsAsync(9, long.MaxValue, "Leak", null, "a", Token)).Select(row => row.Id));
        Assert.Equal(Row("b", "Breaker", "Critical") with { Id = 2 }, Assert.Single(await store.ReadEventsAsync(9, long.MaxValue, null, "Critical", "b", Token)));
    }

    [Fact]
    public async Task Evidence_that_is_too_long_keeps_nothing_of_its_batch()
    {
        await using var store = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            store.AppendEventsAsync([Row("a", "Leak", "Ok"), Row("a", "Leak", "Ok") with { Evidence = new string('x', EventRow.EvidenceCharsMax + 1) }], Token));
        Assert.Empty(await store.ReadEventsAsync(9, long.MaxValue, null, null, null, Token));
    }
}
