using SQLitePCL;

namespace Ampacity.Records;

/// <summary>Inserts facts by one prepared statement of SQLite's own interface: ADO's parameters would cost a box each.</summary>
internal sealed class SqliteFactWriter : FactSink
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _insert;

    /// <summary>Begins; the caller holds the transaction.</summary>
    public SqliteFactWriter(sqlite3 database)
    {
        _database = database;
        _insert = SqliteRaw.Prepare(
            database, $"INSERT INTO facts ({StoredFact.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    }

    /// <inheritdoc/>
    public override void Take(in StoredFact fact)
    {
        raw.sqlite3_bind_int64(_insert, 1, fact.Id);
        raw.sqlite3_bind_int64(_insert, 2, fact.SubjectKind);
        raw.sqlite3_bind_int64(_insert, 3, fact.SubjectNumber);
        raw.sqlite3_bind_int64(_insert, 4, fact.Aspect);
        SqliteRaw.BindText(_insert, 5, fact.Key);
        SqliteRaw.BindText(_insert, 6, fact.Value);
        raw.sqlite3_bind_int64(_insert, 7, fact.ValidFromMs);
        BindOrNull(8, fact.ValidToMs, fact.ValidToMs != long.MaxValue);
        BindOrNull(9, fact.DeclaredBy, fact.DeclaredBy != 0);
        raw.sqlite3_bind_int64(_insert, 10, fact.RecordedBy);
        BindOrNull(11, fact.RetractedBy, fact.RetractedBy != 0);
        var code = raw.sqlite3_step(_insert);
        if (code != raw.SQLITE_DONE)
        {
            SqliteRaw.Fail(code, _database);
        }

        raw.sqlite3_reset(_insert);
    }

    /// <inheritdoc/>
    public override void Dispose() => _insert.Dispose();

    private void BindOrNull(int index, long value, bool given)
    {
        if (given)
        {
            raw.sqlite3_bind_int64(_insert, index, value);
        }
        else
        {
            raw.sqlite3_bind_null(_insert, index);
        }
    }
}
