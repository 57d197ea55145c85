using Microsoft.Data.Sqlite;

namespace Ampacity.Records;

/// <summary>The store cannot be read or written for a reason in the world; the message says what to do next. Nothing is half written.</summary>
public sealed class RecordStoreException : Exception
{
    /// <summary>A failure of a kind.</summary>
    public RecordStoreException(RecordStoreFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>What kind of failure.</summary>
    public RecordStoreFailure Failure { get; }

    /// <summary>Names what SQLite met, and what to do about it.</summary>
    internal static RecordStoreException From(SqliteException exception, string path)
    {
        // Result codes: https://www.sqlite.org/rescode.html
        var (failure, advice) = exception.SqliteErrorCode switch
        {
            13 => (RecordStoreFailure.DiskFull, "the disk is full: free space on it and try again"),
            5 or 6 => (RecordStoreFailure.Locked, "another program holds it: stop that program, or talk to its server instead"),
            11 => (RecordStoreFailure.Corrupt, "it is damaged: stop the server and restore it from a backup, with its -wal file or without both"),
            26 => (RecordStoreFailure.Corrupt, "it is not an SQLite file: restore it from a backup, or give another data folder"),
            8 => (RecordStoreFailure.Unreachable, "it may not be written: check who owns the file and the folder"),
            3 or 14 => (RecordStoreFailure.Unreachable, "it cannot be opened: check that the folder exists and may be written"),
            10 => (RecordStoreFailure.Unreachable, "the disk failed to read or write: check the disk, then open the store again"),
            _ => (RecordStoreFailure.Other, "SQLite refused: see the cause"),
        };
        return new RecordStoreException(failure, $"{path}: {advice} ({exception.Message})", exception);
    }
}

/// <summary>Why the store cannot be read or written.</summary>
public enum RecordStoreFailure
{
    /// <summary>Something else that the database refused.</summary>
    Other,

    /// <summary>No space left.</summary>
    DiskFull,

    /// <summary>Another program held it longer than the busy timeout.</summary>
    Locked,

    /// <summary>The file is damaged or is not ours.</summary>
    Corrupt,

    /// <summary>A newer version of this program wrote it.</summary>
    NewerSchema,

    /// <summary>The file or server cannot be opened, read or written.</summary>
    Unreachable,

    /// <summary>The server refuses the user, the password, or what they ask for.</summary>
    Denied,
}
