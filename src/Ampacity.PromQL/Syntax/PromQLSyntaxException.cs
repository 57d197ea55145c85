namespace Ampacity.PromQL;

/// <summary>The text is not a PromQL expression, or its types do not fit. The message says where and what was expected.</summary>
public sealed class PromQLSyntaxException : Exception
{
    /// <summary>An error at a place of the text.</summary>
    public PromQLSyntaxException(string text, SourceSpan span, string problem)
        : base($"{span.In(text)}: parse error: {problem}")
    {
        Span = span;
        Problem = problem;
        (Line, Column) = SourceSpan.Locate(text, span.Start);
    }

    /// <summary>Which part of the text is wrong.</summary>
    public SourceSpan Span { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>Line of the error, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the error, from 1.</summary>
    public int Column { get; }
}
