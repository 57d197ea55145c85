namespace Ampacity.Sql;

/// <summary>Why a statement has no answer.</summary>
public enum SqlRefusal
{
    /// <summary>It is wrong, or does what is not allowed.</summary>
    Statement,

    /// <summary>It is over a limit of memory, rows or bytes, or what it reads is over one.</summary>
    Limit,

    /// <summary>It took too long, or no turn came.</summary>
    Time,
}

/// <summary>A statement is refused. The message says why, where, and what to do.</summary>
public sealed class SqlRefusedException : Exception
{
    /// <summary>Says why.</summary>
    public SqlRefusedException(SqlRefusal refusal, string message)
        : base(message) => Refusal = refusal;

    /// <summary>Says why, with its cause.</summary>
    public SqlRefusedException(SqlRefusal refusal, string message, Exception inner)
        : base(message, inner) => Refusal = refusal;

    /// <summary>Which kind.</summary>
    public SqlRefusal Refusal { get; }
}
