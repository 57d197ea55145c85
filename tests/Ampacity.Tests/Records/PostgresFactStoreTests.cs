using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Tests;

/// <summary>What every store does, on PostgreSQL, and what is PostgreSQL's own.</summary>
public sealed class PostgresFactStoreTests(PostgresServer server) : FactStoreTests, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        _database = await server.NewDatabaseAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Several_that_open_an_empty_database_at_once_all_succeed()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        await RunAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('99990101000000_Later', '99.0')");
        Assert.Equal(RecordStoreFailure.NewerSchema, (await Assert.ThrowsAsync<RecordStoreException>(OpenAsync)).Failure);
    }

    [Fact]
    public async Task Tables_of_another_program_are_left_alone()
    {
        await RunAsync("CREATE SCHEMA ampacity; CREATE TABLE ampacity.theirs (x int)");
        Assert.Equal(RecordStoreFailure.Corrupt, (await Assert.ThrowsAsync<RecordStoreException>(OpenAsync)).Failure);
    }

    [Fact]
    public async Task The_password_may_come_from_a_file_and_a_wrong_one_is_refused_without_repeating_it()
    {
        using var folder = new RecordFolder();
        var file = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(file, "for-tests-only\n", Token);
        var location = RecordLocation.InPostgres(server.WithoutPassword(_database), file);
        await (await FactStore.OpenAsync(location, Time, Token)).DisposeAsync();

        await File.WriteAllTextAsync(file, "guessed-wrong", Token);
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => FactStore.OpenAsync(location, Time, Token));
        Assert.Equal(RecordStoreFailure.Denied, failure.Failure);
        Assert.DoesNotContain("guessed-wrong", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_and_a_server_that_is_down_are_told_apart()
    {
        var missing = await Assert.ThrowsAsync<RecordStoreException>(
            () => FactStore.OpenAsync(RecordLocation.InPostgres(server.ConnectionString("nowhere")), Time, Token));
        Assert.Contains("createdb", missing.Message, StringComparison.Ordinal);
        var down = await Assert.ThrowsAsync<RecordStoreException>(() => FactStore.OpenAsync(
            RecordLocation.InPostgres("Host=127.0.0.1;Port=1;Database=x;Username=y;Password=secret-1;Timeout=2"), Time, Token));
        Assert.Equal((RecordStoreFailure.Unreachable, RecordStoreFailure.Unreachable), (missing.Failure, down.Failure));
        Assert.Contains("check that it runs", down.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-1", down.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_may_only_be_read_says_so()
    {
        await (await OpenAsync()).DisposeAsync();
        await RunAsync($"ALTER DATABASE {_database} SET default_transaction_read_only = on");
        await using var store = await OpenAsync();
        var failure = await Assert.ThrowsAsync<RecordStoreException>(
            () => store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token));
        Assert.Equal(RecordStoreFailure.Unreachable, failure.Failure);
        Assert.Contains("only be read", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("53100", RecordStoreFailure.DiskFull)]
    [InlineData("55P03", RecordStoreFailure.Locked)]
    [InlineData("XX001", RecordStoreFailure.Corrupt)]
    [InlineData("42501", RecordStoreFailure.Denied)]
    [InlineData("99999", RecordStoreFailure.Other)]
    public void A_failure_of_the_server_is_named(string code, RecordStoreFailure expected)
    {
        var cause = new Npgsql.PostgresException("it failed", "ERROR", "ERROR", code);
        Assert.Equal(expected, PostgresFailures.Name(cause, "postgresql://db:5432/x").Failure);
    }

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString(_database));
        using var context = PostgresRecordContext.On(connection);
        Assert.False(Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.HasPendingModelChanges(context.Database));
        Assert.Equal(PostgresSchema.NewestMigration, Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.GetMigrations(context.Database).Last());
    }

    private protected override Task<FactStore> OpenAsync(TimeProvider time) =>
        FactStore.OpenAsync(RecordLocation.InPostgres(server.ConnectionString(_database)), time, Token);

    private protected override Task RunAsync(string sql) => server.RunAsync(_database, sql);
}
