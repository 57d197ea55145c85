namespace Ampacity.Server;

/// <summary>The server cannot start: the world's failure (folder in use, port taken, a shipped file broken); says what to do next.</summary>
public sealed class StartException : Exception
{
    /// <summary>Says why and what to do.</summary>
    public StartException(string message)
        : base(message)
    {
    }

    /// <summary>Says why and what to do, with the cause.</summary>
    public StartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
