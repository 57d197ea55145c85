using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ampacity.Records;

/// <summary>SQLite's own interface, where ADO's cost per row would show; failures are ADO's, so that they are named in one place.</summary>
internal static class SqliteRaw
{
    /// <summary>Prepares a statement; the caller disposes it.</summary>
    public static sqlite3_stmt Prepare(sqlite3 database, string sql)
    {
        var code = raw.sqlite3_prepare_v2(database, sql, out var statement);
        if (code != raw.SQLITE_OK)
        {
            Fail(code, database);
        }

        return statement;
    }

    /// <summary>Binds a text, the empty one included; SQLite copies it.</summary>
    public static void BindText(sqlite3_stmt statement, int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite takes a text without one for null.
        if (utf8.IsEmpty)
        {
            raw.sqlite3_bind_text(statement, index, "");
        }
        else
        {
            raw.sqlite3_bind_text(statement, index, utf8);
        }
    }

    /// <summary>Throws what the database met.</summary>
    [DoesNotReturn]
    public static void Fail(int code, sqlite3 database)
    {
        SqliteException.ThrowExceptionForRC(code, database);
        throw new InvalidOperationException($"Bug: SQLite's code {code} is no failure");
    }
}
