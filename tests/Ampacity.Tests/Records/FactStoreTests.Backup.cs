using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Tests;

/// <summary>Backups, and stores that are made of them.</summary>
public abstract partial class FactStoreTests
{
    [Fact]
    public async Task A_backup_taken_while_others_write_is_one_state_and_is_restored_whole()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        await using var store = await OpenAsync();
        await FillAsync(store);
        var before = await store.ReadLedgerAsync(Token);
        var writing = Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++)
                {
                    var ledger = await store.ReadLedgerAsync(Token);
                    await store.CarryOutAsync(RecordFolder.Draft(ledger, "busy", [RecordFolder.Node(ledger.NextNode, $"b{n}")]), Token);
                }
            },
            Token);
        await store.BackupToAsync(backup, Token);
        await writing;
        Assert.Equal(["backup.db"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));

        // Into the embedded store, which every machine has.
        using var other = new RecordFolder();
        await using var restored = await other.OpenAsync();
        await restored.RestoreAsync(backup, Token);
        var after = await restored.ReadLedgerAsync(Token);
        Assert.InRange(after.Revision.Number, before.Revision.Number, before.Revision.Number + 20);
        Assert.Equal((await store.ReadLedgerAsync(Token)).KnownAt(after.Revision).Facts, after.Facts);
        Assert.Equal(after.RecordedCount - before.RecordedCount, after.NextNode - before.NextNode);
        Assert.Equal(await store.ReadCredentialsAsync(Token), await restored.ReadCredentialsAsync(Token));
        Assert.Equal(await store.ReadLatestSurveyAsync(Token), await restored.ReadLatestSurveyAsync(Token));
        Assert.Equal(await store.ReadAuditAsync(10, long.MaxValue, Token), await restored.ReadAuditAsync(10, long.MaxValue, Token));
    }

    [Fact]
    public async Task A_restored_store_goes_on_where_the_backup_was_taken_and_is_not_restored_into_again()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        using var other = new RecordFolder();
        await using (var source = await other.OpenAsync())
        {
            await FillAsync(source);
            await source.BackupToAsync(backup, Token);
        }

        await using var store = await OpenAsync();
        await store.RestoreAsync(backup, Token);
        var ledger = await store.ReadLedgerAsync(Token);
        var done = await store.CarryOutAsync(RecordFolder.Draft(ledger, "ann", [RecordFolder.Node(3, "d")], new FactId(2)), Token);
        Assert.Equal((3L, ledger.RecordedCount + 1L), (done.Change.Id.Number, done.First.Number));
        Assert.Equal(2, (await store.SaveSurveyAsync(new SurveyRow(0, 1, 2, "sweep", "{}"), Token)).Id);
        Assert.Equal(2, (await store.AppendAuditAsync("ann", "restore", "all", Token)).Id);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => store.RestoreAsync(backup, Token));
        Assert.Contains("empty", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => store.BackupToAsync(backup, Token));
    }

    [Fact]
    public async Task A_damaged_backup_leaves_the_store_empty()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        await File.WriteAllTextAsync(backup, new string('x', 8192), Token);
        await using var store = await OpenAsync();
        var none = await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));
        Assert.Contains(backup, none.Message, StringComparison.Ordinal);
        File.Delete(backup);
        await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));

        using var other = new RecordFolder();
        await using (var source = await other.OpenAsync())
        {
            await FillAsync(source);
            await source.BackupToAsync(backup, Token);
        }

        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={backup};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM facts WHERE id = 2";
            command.ExecuteNonQuery();
        }

        var gap = await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));
        Assert.Equal(RecordStoreFailure.Corrupt, gap.Failure);
        Assert.Empty(await store.ReadChangeSetsAsync(10, long.MaxValue, Token));
        Assert.Empty(await store.ReadAuditAsync(10, long.MaxValue, Token));
    }

    private static async Task FillAsync(FactStore store)
    {
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [.. Enumerable.Range(0, 3).Select(n => RecordFolder.Node(n, $"n{n}") with { DeclaredBy = "a/h1" })]),
            Token);
        await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(Token), "bob", [RecordFolder.Node(0, "m0")], new FactId(1)), Token);
        await store.SaveCredentialAsync(new CredentialRow("bmc", "root", "cipher"), Token);
        await store.SaveSurveyAsync(new SurveyRow(0, 10, 20, "sweep", "{}"), Token);
        await store.AppendAuditAsync("ann", "apply", "one-rack.yaml", Token);
    }
}
