namespace Ampacity.Records;

/// <summary>Where records are kept: in the SQLite file of a data folder, or in PostgreSQL.</summary>
/// <remarks>
/// A connection string with a password belongs into a file or the environment, never on a command line, where every user of the machine
/// reads it. <c>PGPASSWORD</c> and <c>PGPASSFILE</c> work as they do for PostgreSQL's own programs.
/// </remarks>
public sealed class RecordLocation
{
    /// <summary>Environment variable with the connection string; where it is missing or empty, records are in the data folder.</summary>
    public const string ConnectionVariable = "AMPACITY_POSTGRES";

    /// <summary>Environment variable with the path of a file that holds the password and nothing else.</summary>
    public const string PasswordFileVariable = "AMPACITY_POSTGRES_PASSWORD_FILE";

    private RecordLocation(string? folder, string? connectionString, string? passwordFile)
    {
        Folder = folder;
        ConnectionString = connectionString;
        PasswordFile = passwordFile;
    }

    /// <summary>The data folder; null for PostgreSQL.</summary>
    public string? Folder { get; }

    internal string? ConnectionString { get; }

    internal string? PasswordFile { get; }

    /// <summary>The SQLite file of a data folder.</summary>
    public static RecordLocation InFolder(string folder) => new(folder, null, null);

    /// <summary>A PostgreSQL database; the tables are in its schema <c>ampacity</c>.</summary>
    /// <param name="connectionString">Npgsql's: <c>Host=db.example;Database=ampacity;Username=ampacity</c>.</param>
    /// <param name="passwordFile">Path of a file that holds the password and nothing else, or null.</param>
    public static RecordLocation InPostgres(string connectionString, string? passwordFile = null) => new(null, connectionString, passwordFile);

    /// <summary>What the environment says, else the data folder.</summary>
    public static RecordLocation FromEnvironment(string folder) =>
        Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } connection
            ? InPostgres(connection, Environment.GetEnvironmentVariable(PasswordFileVariable) is { Length: > 0 } file ? file : null)
            : InFolder(folder);

    /// <summary>For people; never the password.</summary>
    public override string ToString() => Folder ?? "PostgreSQL";
}
