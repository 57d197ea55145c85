using Ampacity.Records;

namespace Ampacity.Tests;

/// <summary>Surveys, accounts and acts.</summary>
public abstract partial class FactStoreTests
{
    [Fact]
    public async Task Surveys_are_kept_in_order_and_read_back()
    {
        await using var store = await OpenAsync();
        Assert.Null(await store.ReadLatestSurveyAsync(Token));
        var first = await store.SaveSurveyAsync(new SurveyRow(0, 10, 20, "sweep", """{"errors":[]}"""), Token);
        var second = await store.SaveSurveyAsync(new SurveyRow(0, 30, 40, "sweep", "{}"), Token);
        Assert.Equal((1L, 2L), (first.Id, second.Id));
        Assert.Equal(second, await store.ReadLatestSurveyAsync(Token));
        Assert.Equal(first, await store.ReadSurveyAsync(1, Token));
        Assert.Null(await store.ReadSurveyAsync(3, Token));
        Assert.Equal([new SurveyHeading(2, 30, 40, "sweep"), new SurveyHeading(1, 10, 20, "sweep")],
            await store.ReadSurveysAsync(10, long.MaxValue, Token));
        Assert.Equal([1L], (await store.ReadSurveysAsync(10, 2, Token)).Select(heading => heading.Id));
        await Assert.ThrowsAsync<ArgumentException>(() => store.SaveSurveyAsync(new SurveyRow(0, 2, 1, "sweep", ""), Token));
    }

    [Fact]
    public async Task A_credential_is_replaced_by_name_and_never_printed()
    {
        await using var store = await OpenAsync();
        await store.SaveCredentialAsync(new CredentialRow("bmc", "root", "cipher-1"), Token);
        await store.SaveCredentialAsync(new CredentialRow("bmc", "admin", "cipher-2"), Token);
        var credential = new CredentialRow("bmc", "admin", "cipher-2");
        Assert.Equal(credential, await store.ReadCredentialAsync("bmc", Token));
        Assert.Equal([credential], await store.ReadCredentialsAsync(Token));
        Assert.Null(await store.ReadCredentialAsync("other", Token));
        Assert.DoesNotContain("cipher", $"{credential}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acts_are_kept_with_their_time_newest_first()
    {
        await using var store = await OpenAsync();
        await store.AppendAuditAsync("ann", "apply", "one-rack.yaml", Token);
        Time.Advance(TimeSpan.FromMilliseconds(5));
        await store.AppendAuditAsync("bob", "trip", "site/hall/ups-a", Token);
        Assert.Equal(
            [new AuditRow(2, 1_000_005, "bob", "trip", "site/hall/ups-a"), new AuditRow(1, 1_000_000, "ann", "apply", "one-rack.yaml")],
            await store.ReadAuditAsync(10, long.MaxValue, Token));
        Assert.Single(await store.ReadAuditAsync(1, long.MaxValue, Token));
    }
}
