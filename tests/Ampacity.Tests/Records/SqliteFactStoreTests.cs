using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Data.Sqlite;

namespace Ampacity.Tests;

/// <summary>What every store does, on SQLite, and what is SQLite's own.</summary>
public sealed class SqliteFactStoreTests : FactStoreTests, IDisposable
{
    private readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<FactStore> OpenAsync(TimeProvider time) => FactStore.OpenAsync(_folder.Path, time, Token);

    private protected override Task RunAsync(string sql)
    {
        Run(sql);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_nothing_of_the_change()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        Run("CREATE TRIGGER injected BEFORE INSERT ON facts WHEN NEW.subject_number = 7 BEGIN SELECT RAISE(ABORT, 'injected'); END");
        var before = await store.ReadLedgerAsync(Token);
        var draft = RecordFolder.Draft(
            before, "bob", [.. Enumerable.Range(1, 10).Select(n => RecordFolder.Node(n, "n"))], new FactId(1)) with
        { NextNode = 11 };
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => store.CarryOutAsync(draft, Token));
        Assert.Contains("injected", failure.Message, StringComparison.Ordinal);

        var after = await store.ReadLedgerAsync(Token);
        Assert.Equal(before.Facts, after.Facts);
        Assert.Equal((before.Revision, before.NextNode), (after.Revision, after.NextNode));
        Run("DROP TRIGGER injected");
        Assert.Equal(2, (await store.CarryOutAsync(draft, Token)).Change.Id.Number);
    }

    [Fact]
    public async Task What_a_killed_writer_left_in_the_log_is_not_there()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        using var copy = new RecordFolder();
        using (var killed = new SqliteConnection(_folder.ConnectionString))
        {
            killed.Open();
            using var command = killed.CreateCommand();
            // A cache of ten pages spills the unfinished transaction into the write-ahead log, as a large change does.
            command.CommandText =
                "PRAGMA cache_size = 10; BEGIN IMMEDIATE; INSERT INTO change_sets VALUES (2, 'dead', '', 5);"
                + "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                + "INSERT INTO facts SELECT i, 1, i, 1, '', '{}', 0, 1, NULL, 2, NULL FROM n";
            command.ExecuteNonQuery();
            Assert.True(new FileInfo(_folder.File + "-wal").Length > 100_000);
            // What a kill at this instant leaves on the disk.
            File.Copy(_folder.File, copy.File);
            File.Copy(_folder.File + "-wal", copy.File + "-wal");
        }

        await using var survivor = await copy.OpenAsync();
        foreach (var reader in new[] { store, survivor })
        {
            Assert.Equal("a", NameIn(await reader.ReadLedgerAsync(Token)));
            Assert.Single(await reader.ReadChangeSetsAsync(10, long.MaxValue, Token));
        }
    }

    private static string NameIn(FactLedger ledger) => ((NodeFact)Assert.Single(ledger.Facts).Value).Name;

    private void Run(string sql)
    {
        using var connection = new SqliteConnection(_folder.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
