using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Ampacity.Tests;

public sealed class SqliteRecordFileTests : IDisposable
{
    private readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var context = SqliteRecordContext.On("Data Source=:memory:");
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(SqliteRecordFile.NewestMigration, context.Database.GetMigrations().Last());
    }

    [Fact]
    public async Task An_empty_folder_is_migrated_and_a_second_open_changes_nothing()
    {
        await using (await _folder.OpenAsync())
        {
            Assert.Equal("wal", Ask("PRAGMA journal_mode"));
        }

        var schema = Ask("SELECT group_concat(sql) FROM sqlite_master");
        var bytes = await File.ReadAllBytesAsync(_folder.File, TestContext.Current.CancellationToken);
        await using (await _folder.OpenAsync())
        {
            Assert.Equal(schema, Ask("SELECT group_concat(sql) FROM sqlite_master"));
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder.File, TestContext.Current.CancellationToken));
        using var context = SqliteRecordContext.On(_folder.ConnectionString);
        Assert.Empty(context.Database.GetPendingMigrations());
    }

    [Fact]
    public async Task A_commit_waits_for_the_disk()
    {
        await using (await _folder.OpenAsync())
        {
            using var connection = SqliteRecordFile.Open(_folder.Path).Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous";
            Assert.Equal(2L, command.ExecuteScalar());
        }
    }

    [Fact]
    public async Task Two_that_open_an_empty_folder_at_once_both_succeed()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _folder.OpenAsync()));
        Assert.Equal("3", Ask("SELECT count(*) || '' FROM __EFMigrationsHistory"));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_file_of_the_first_release_keeps_all_it_held()
    {
        using (var old = SqliteRecordContext.On(_folder.ConnectionString))
        {
            await old.GetService<IMigrator>().MigrateAsync("20261123214931_Initial", TestContext.Current.CancellationToken);
        }

        Ask("""
            INSERT INTO change_sets VALUES (1, 'ann', 'first', 100), (2, 'bob', 'second', 200);
            INSERT INTO facts VALUES
                (1, 1, 0, 'node', '', '{"aspect":"node","kind":"Rack","name":"r1","parent":-1}', 5, 9223372036854775807, 'b/h2', 1, 2),
                (2, 2, 1, 'placement', '', '{"aspect":"placement","rack":0,"part":7}', 5, 90, 'a/h1', 1, NULL),
                (3, 2, 1, 'identifier', 'Serial', '{"aspect":"identifier","kind":"Serial","text":"SN-1"}', 5, 9223372036854775807, '', 1, NULL),
                (4, 1, 0, 'lifecycle', '', '{"aspect":"lifecycle","state":"Planned"}', 5, 9223372036854775807, 'b/h2', 2, NULL);
            UPDATE counters SET next_node = 3, next_asset = 4;
            INSERT INTO audit VALUES (7, 1, 'ann', 'apply', 'x');
            INSERT INTO credentials VALUES ('bmc', 'root', 'cipher');
            """);
        await using var store = await _folder.OpenAsync();
        var ledger = await store.ReadLedgerAsync(TestContext.Current.CancellationToken);
        var (first, second) = (new ChangeSetId(1), new ChangeSetId(2));
        Fact[] expected =
        [
            new(new FactId(1), Subject.Node(0), "", new NodeFact(NodeKind.Rack, "r1", -1), Validity.Since(5), "b/h2", first, second),
            new(new FactId(2), Subject.Asset(new AssetId(1)), "", new PlacementFact(0, 7), new Validity(5, 90), "a/h1", first),
            new(new FactId(3), Subject.Asset(new AssetId(1)), "Serial", new IdentifierFact(IdentifierKind.Serial, "SN-1"), Validity.Since(5), "", first),
            new(new FactId(4), Subject.Node(0), "", new LifecycleFact(LifecycleState.Planned), Validity.Since(5), "b/h2", second),
        ];
        Assert.Equal(expected[1..], ledger.Facts);
        Assert.Equal(expected[..3], ledger.KnownAt(first).Facts);
        Assert.Equal((second, 3, 4L), (ledger.Revision, ledger.NextNode, ledger.NextAsset));
        Assert.Equal("bob", (await store.ReadChangeSetAsync(second, TestContext.Current.CancellationToken))?.Author);
        Assert.Equal(8, (await store.AppendAuditAsync("ann", "look", "y", TestContext.Current.CancellationToken)).Id);
        Assert.NotNull(await store.ReadCredentialAsync("bmc", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_broke_in_the_middle_is_told_apart_from_a_fault_of_ours()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.CarryOutAsync(
                RecordFolder.Draft(FactLedger.Empty, "ann", [.. Enumerable.Range(0, 20_000).Select(n => RecordFolder.Node(n, $"n{n}"))]),
                TestContext.Current.CancellationToken);
        }

        await using (var file = new FileStream(_folder.File, FileMode.Open))
        {
            file.Position = file.Length / 2;
            await file.WriteAsync(new byte[64 * 1024], TestContext.Current.CancellationToken);
        }

        await using var again = await _folder.OpenAsync();
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => again.ReadLedgerAsync(TestContext.Current.CancellationToken));
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused()
    {
        await using (await _folder.OpenAsync())
        {
        }

        Ask("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Later', '99.0')");
        var failure = await Assert.ThrowsAsync<RecordStoreException>(_folder.OpenAsync);
        Assert.Equal(RecordStoreFailure.NewerSchema, failure.Failure);
    }

    [Fact]
    public async Task A_file_of_another_program_is_left_alone()
    {
        Ask("CREATE TABLE theirs (x)");
        var failure = await Assert.ThrowsAsync<RecordStoreException>(_folder.OpenAsync);
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
        Assert.Equal("theirs", Ask("SELECT group_concat(name) FROM sqlite_master"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_says_so()
    {
        await File.WriteAllTextAsync(_folder.File, new string('x', 5000), TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<RecordStoreException>(_folder.OpenAsync);
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
        Assert.Contains(_folder.File, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_says_so()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<RecordStoreException>(
            () => Ampacity.Records.FactStore.OpenAsync(Path.Combine(file, "data"), _folder.Time, TestContext.Current.CancellationToken));
        Assert.Equal(RecordStoreFailure.Unreachable, failure.Failure);
    }

    [Theory]
    [InlineData(13, RecordStoreFailure.DiskFull, "free space")]
    [InlineData(5, RecordStoreFailure.Locked, "another program")]
    [InlineData(11, RecordStoreFailure.Corrupt, "backup")]
    [InlineData(8, RecordStoreFailure.Unreachable, "owns")]
    [InlineData(1, RecordStoreFailure.Other, "cause")]
    public void A_failure_of_the_world_is_named_with_what_to_do(int code, RecordStoreFailure expected, string advice)
    {
        var failure = RecordStoreException.From(new SqliteException("it failed", code), "/data/records.db");
        Assert.Equal(expected, failure.Failure);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("/data/records.db: ", failure.Message, StringComparison.Ordinal);
    }

    private string? Ask(string sql)
    {
        using var connection = new SqliteConnection(_folder.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }
}
