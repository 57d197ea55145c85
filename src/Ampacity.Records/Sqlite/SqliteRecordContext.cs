using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Ampacity.Records;

/// <summary>The tables in SQLite; its migrations lie beside it.</summary>
internal sealed class SqliteRecordContext(DbContextOptions<SqliteRecordContext> options) : RecordContext(options)
{
    /// <summary>A context on a connection string, with tracking off.</summary>
    public static SqliteRecordContext On(string connectionString) => new(
        new DbContextOptionsBuilder<SqliteRecordContext>()
            .UseSqlite(connectionString)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options);

    /// <summary>A context on a connection that the caller holds.</summary>
    public static SqliteRecordContext On(DbConnection connection) => new(
        new DbContextOptionsBuilder<SqliteRecordContext>()
            .UseSqlite(connection)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options);
}

/// <summary>Lets <c>dotnet ef migrations add … --context SqliteRecordContext -o Sqlite/Migrations</c> build the context.</summary>
internal sealed class SqliteRecordContextFactory : IDesignTimeDbContextFactory<SqliteRecordContext>
{
    public SqliteRecordContext CreateDbContext(string[] args) => SqliteRecordContext.On("Data Source=:memory:");
}
