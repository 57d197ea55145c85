using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Ampacity.Records;

/// <summary>Brings the schema of a PostgreSQL database to this version, in one transaction under an advisory lock.</summary>
internal static class PostgresSchema
{
    /// <summary>Last migration of this program; a test holds it against the migrations themselves.</summary>
    public const string NewestMigration = "20261130124700_Events";

    // Any number that no other program of the database uses: "ampacity" in ASCII.
    private const long Lock = 0x616d706163697479;

    private const string History = "ampacity.\"__EFMigrationsHistory\"";

    /// <summary>Makes or migrates the schema where needed.</summary>
    public static void BringToNewest(PostgresRecords records)
    {
        using var connection = records.Connect();
        using (var look = records.BeginRead(connection))
        {
            if (NewestOf(connection, look, records.Place) == NewestMigration)
            {
                return;
            }
        }

        // The lock ends with the transaction, so a killed process leaves neither it nor half a schema.
        using var transaction = connection.BeginTransaction();
        RecordSql.Run(connection, transaction, "SELECT pg_advisory_xact_lock(@lock)", ("@lock", Lock));
        var from = NewestOf(connection, transaction, records.Place);
        if (from == NewestMigration)
        {
            return;
        }

        // Who may not make a schema can have one made for them.
        if (RecordSql.Number(connection, transaction, "SELECT 1 FROM pg_namespace WHERE nspname = 'ampacity'") is null)
        {
            RecordSql.Run(connection, transaction, "CREATE SCHEMA ampacity");
        }

        using (var context = records.Context(connection))
        {
            Run(connection, transaction, context.GetService<IMigrator>().GenerateScript(
                from, NewestMigration, MigrationsSqlGenerationOptions.NoTransactions));
        }

        transaction.Commit();
    }

    // The newest migration of the schema; null where there is none yet.
    private static string? NewestOf(DbConnection connection, DbTransaction transaction, string place)
    {
        // By pg_tables, which sees what the snapshot sees: to_regclass answers from a cache that the wait for the lock does not renew.
        const string Tables = "SELECT 1 FROM pg_tables WHERE schemaname = 'ampacity'";
        if (RecordSql.Number(connection, transaction, Tables + " AND tablename = '__EFMigrationsHistory'") is null)
        {
            return RecordSql.Number(connection, transaction, Tables + " LIMIT 1") is null
                ? null
                : throw new RecordStoreException(RecordStoreFailure.Corrupt,
                    $"{place}: its schema 'ampacity' holds tables of another program: give another database");
        }

        using var command = RecordSql.Command(connection, transaction, $"SELECT max(\"MigrationId\") FROM {History}");
        var newest = command.ExecuteScalar() as string;
        // Migration ids begin with the time at which they were made, so their order is that of their text.
        if (string.CompareOrdinal(newest, NewestMigration) > 0)
        {
            throw new RecordStoreException(RecordStoreFailure.NewerSchema,
                $"{place}: its schema is {newest}, this program knows up to {NewestMigration}: run the newer version that wrote it");
        }

        return newest;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The script is made by EF from our own migrations.")]
    private static void Run(DbConnection connection, DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
