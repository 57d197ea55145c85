using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Tests;

/// <summary>What a damaged store says.</summary>
public abstract partial class FactStoreTests
{
    [Theory]
    [InlineData("UPDATE facts SET value = '{\"aspect\":\"ghost\"}' WHERE id = 2", "fact_2", "ghost")]
    [InlineData("UPDATE facts SET aspect = 2 WHERE id = 2", "fact_2", "aspect")]
    [InlineData("UPDATE facts SET aspect = 12 WHERE id = 2", "fact_2", "rack/part")]
    [InlineData("UPDATE facts SET aspect = 13 WHERE id = 2", "fact_2", "identifier")]
    [InlineData("UPDATE facts SET subject_kind = 7 WHERE id = 2", "fact_2", "kind 7")]
    [InlineData("UPDATE facts SET subject_number = -1 WHERE id = 2", "fact_2", "node:-1")]
    [InlineData("UPDATE facts SET recorded_by = 9 WHERE id = 2", "fact_2", "change set 9")]
    [InlineData("UPDATE facts SET declared_by = 9 WHERE id = 2", "fact_2", "owner 9")]
    [InlineData("DELETE FROM facts WHERE id = 2", "fact_3", "missing")]
    [InlineData("UPDATE counters SET next_node = 1", "fact_2", "counters")]
    [InlineData("DELETE FROM counters", "counters", "missing")]
    public async Task What_was_damaged_is_named_with_its_place(string sql, string where, string what)
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [.. Enumerable.Range(0, 3).Select(n => RecordFolder.Node(n, $"n{n}"))]), Token);
        await RunAsync(sql);
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => store.ReadLedgerAsync(Token));
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(store.Place, failure.Message, StringComparison.Ordinal);
    }
}
