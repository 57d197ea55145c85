using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>One thing that is wrong in a file, and what to write instead.</summary>
/// <param name="File">Name of the file as it was given.</param>
/// <param name="Line">Line, counted from 1.</param>
/// <param name="Path">Where in the file's tree, such as <c>power.ups-a.rating</c>; <c>$</c> is the root.</param>
/// <param name="Rule">Short stable name of the broken rule, such as <c>unknown-feed</c>; tests and programs match on it.</param>
/// <param name="Hint">What is wrong and what to write instead, for people.</param>
public sealed record FileError(string File, int Line, string Path, string Rule, string Hint)
{
    /// <summary><c>file:line: path: hint [rule]</c>, which editors turn into a link.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: {Path}: {Hint} [{Rule}]");
}

/// <summary>What reading a file gave: a value, or every error that was found, never both.</summary>
/// <typeparam name="T">What the file says.</typeparam>
public sealed class FileResult<T>
    where T : class
{
    internal FileResult(T value) => Value = value;

    internal FileResult(IReadOnlyList<FileError> errors)
    {
        if (errors.Count == 0)
        {
            throw new InvalidOperationException("Bug: a failed file result without an error.");
        }

        Errors = errors;
    }

    /// <summary>What the file says; null if there are errors.</summary>
    public T? Value { get; }

    /// <summary>What is wrong, by line; empty if there is a value. At most <see cref="DataFile.MaxErrors"/> are kept.</summary>
    public IReadOnlyList<FileError> Errors { get; } = [];

    /// <summary>The value, or all errors as one exception.</summary>
    /// <exception cref="FormatException">The file is wrong; the message has one line per error.</exception>
    public T OrThrow() => Value ?? throw new FormatException(string.Join('\n', Errors));
}
