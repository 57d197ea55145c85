using Npgsql;

namespace Ampacity.Records;

/// <summary>Names what PostgreSQL met, and what to do about it.</summary>
internal static class PostgresFailures
{
    /// <summary>A failure with advice; the message never holds the connection string.</summary>
    public static RecordStoreException Name(NpgsqlException exception, string place)
    {
        // Codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
        var (failure, advice) = exception.SqlState switch
        {
            "53100" => (RecordStoreFailure.DiskFull, "the server's disk is full: free space on it and try again"),
            "55P03" or "40001" or "40P01" => (RecordStoreFailure.Locked, "another program holds it: wait for it, or stop it, and try again"),
            "53300" => (RecordStoreFailure.Unreachable, "the server has no connection left: end some, or raise max_connections"),
            "28P01" or "28000" => (RecordStoreFailure.Denied, "the server refuses this user or password: check both, and pg_hba.conf"),
            "42501" => (RecordStoreFailure.Denied, "the user may not do this: make it the owner of the schema ampacity"),
            "3D000" => (RecordStoreFailure.Unreachable, "there is no such database: make it with createdb, or name another"),
            "25006" => (RecordStoreFailure.Unreachable, "it may only be read: it is a standby or set to read only; give the primary"),
            "57P01" or "57P02" or "57P03" => (RecordStoreFailure.Unreachable, "the server is stopping or starting: try again when it is up"),
            "XX001" or "XX002" => (RecordStoreFailure.Corrupt, "it is damaged: restore it from a backup"),
            "42P01" or "42703" => (RecordStoreFailure.Corrupt, "a table or column of ours is missing: restore it from a backup"),
            "22021" or "22P05" => (RecordStoreFailure.Other, "a text holds a character that PostgreSQL does not keep, such as NUL: take it out"),
            null => (RecordStoreFailure.Unreachable, "the server cannot be reached or the connection broke: check that it runs, and the network"),
            _ => (RecordStoreFailure.Other, "PostgreSQL refused: see the cause"),
        };
        return new RecordStoreException(failure, $"{place}: {advice} ({exception.Message})", exception);
    }
}
