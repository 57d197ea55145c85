using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Ampacity.Records;

/// <summary>The tables in PostgreSQL, in a schema of their own; its migrations lie beside it.</summary>
internal sealed class PostgresRecordContext(DbContextOptions<PostgresRecordContext> options) : RecordContext(options)
{
    /// <summary>The schema.</summary>
    public const string Schema = "ampacity";

    /// <summary>A context on a connection that the caller holds, with tracking off.</summary>
    public static PostgresRecordContext On(DbConnection connection) => new(
        new DbContextOptionsBuilder<PostgresRecordContext>()
            .UseNpgsql(connection, postgres => postgres.MigrationsHistoryTable("__EFMigrationsHistory", Schema))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>Lets <c>dotnet ef migrations add … --context PostgresRecordContext -o Postgres/Migrations</c> build the context.</summary>
internal sealed class PostgresRecordContextFactory : IDesignTimeDbContextFactory<PostgresRecordContext>
{
    public PostgresRecordContext CreateDbContext(string[] args) => PostgresRecordContext.On(new Npgsql.NpgsqlConnection("Host=none"));
}
