namespace Ampacity.Sql;

/// <summary>What a column holds.</summary>
public enum SqlType
{
    /// <summary>VARCHAR.</summary>
    Text,

    /// <summary>JSON: text that DuckDB's JSON functions take, such as <c>labels->>'rack'</c>.</summary>
    Json,

    /// <summary>DOUBLE.</summary>
    Number,

    /// <summary>BIGINT.</summary>
    Whole,

    /// <summary>TIMESTAMP WITH TIME ZONE, shown in UTC.</summary>
    Instant,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">As SQL names it.</param>
/// <param name="Type">What it holds.</param>
public sealed record SqlColumn(string Name, SqlType Type);

/// <summary>What the caller of a table gave for its parameters.</summary>
/// <param name="Text">The first parameter of a table that has any.</param>
/// <param name="FromMs">Begin, UTC milliseconds; 0 where the table has none.</param>
/// <param name="ThroughMs">End.</param>
/// <param name="StepMs">Distance between points; 0 where the table has none.</param>
public readonly record struct SqlArguments(string Text, long FromMs, long ThroughMs, long StepMs);

/// <summary>Which parameters a table has, always the same ones in the same order.</summary>
public enum SqlParameters
{
    /// <summary>None: it is a view.</summary>
    None,

    /// <summary>A text, a begin and an end.</summary>
    TextAndRange,

    /// <summary>A text, a begin, an end and a step.</summary>
    TextRangeAndStep,
}

/// <summary>
/// Something that a statement can select from. Rows are made while DuckDB asks for them, so what a statement does not name costs nothing. A table with parameters is called
/// as <c>name_between(text, from, until)</c>, and as <c>name(text, since := …)</c> up to now.
/// </summary>
/// <param name="Name">As SQL names it.</param>
/// <param name="Meaning">What it holds, in a sentence.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">
/// Makes its rows. Called on a thread of DuckDB's, which it may block; must end soon once it is cancelled. An <see cref="SqlTableException"/> is told to whoever asked.
/// </param>
public sealed record SqlTable(string Name, string Meaning, IReadOnlyList<SqlColumn> Columns, Func<SqlArguments, CancellationToken, IEnumerable<SqlRow>> Rows)
{
    /// <summary>Its parameters.</summary>
    public SqlParameters Parameters { get; init; }

    /// <summary>How far back it looks where nobody says, as an SQL interval.</summary>
    public string Since { get; init; } = "1 HOUR";
}

/// <summary>A row that knows how to write itself. A maker may give the same object again for the next row. One thread.</summary>
public abstract class SqlRow
{
    /// <summary>Writes its cells, in the order of the columns.</summary>
    public abstract void Write(SqlCells cells);
}

/// <summary>A table cannot give its rows. The message is for whoever asked.</summary>
public sealed class SqlTableException : Exception
{
    /// <summary>Says what is wrong, and what to do, with its cause.</summary>
    /// <param name="refusal">Whether what was asked is wrong, or over a limit.</param>
    /// <param name="message">For whoever asked.</param>
    /// <param name="inner">Its cause.</param>
    public SqlTableException(SqlRefusal refusal, string message, Exception? inner = null)
        : base(message, inner) => Refusal = refusal;

    /// <summary>Which kind.</summary>
    public SqlRefusal Refusal { get; }
}
