using System.Data.Common;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>
/// What differs between the stores: how one connects, locks and names failures, and how facts go in and out in bulk. All else is plain
/// SQL that both understand. Any thread; a connection belongs to one.
/// </summary>
internal abstract class RecordDatabase
{
    /// <summary>Where it is, for messages: a file path, or host, port and database. Never a password.</summary>
    public abstract string Place { get; }

    /// <summary>An open connection; the caller disposes it.</summary>
    public abstract DbConnection Connect();

    /// <summary>Begins a read: all its statements see one committed state.</summary>
    public abstract DbTransaction BeginRead(DbConnection connection);

    /// <summary>Begins a write and takes the one write lock, so that what is checked cannot change under it.</summary>
    public abstract DbTransaction BeginWrite(DbConnection connection);

    /// <summary>EF's view of the tables on a connection.</summary>
    public abstract RecordContext Context(DbConnection connection);

    /// <summary>Names a failure of the world; null for what is none.</summary>
    public abstract RecordStoreException? FailureOf(Exception exception);

    /// <summary>Marks facts as retracted that are not yet.</summary>
    /// <returns>How many were marked.</returns>
    public abstract long Retract(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<FactId> facts, ChangeSetId by, CancellationToken cancellationToken);

    /// <summary>Takes rows into <c>facts</c>; until its end nothing else may be asked of the connection.</summary>
    public abstract FactSink Write(DbConnection connection, DbTransaction transaction);

    /// <summary>Gives the rows after an id to a sink, in order of id.</summary>
    public abstract void Read(
        DbConnection connection, DbTransaction transaction, long afterId, FactSink sink, CancellationToken cancellationToken);

    /// <summary>Lets the numbers that the database gives go on after rows that came with their own.</summary>
    public abstract void ContinueNumbers(DbConnection connection, DbTransaction transaction);

    /// <summary>Writes one committed state into a new SQLite file that stands alone and is on the disk; readers and writers go on.</summary>
    public abstract void CopyTo(string path, CancellationToken cancellationToken);

    /// <summary>Closes pooled connections.</summary>
    public abstract void Close();
}
