namespace Ampacity.PromQL;

/// <summary>Where a piece of an expression stands in its text, in UTF-16 code units.</summary>
/// <param name="Start">First character, from 0.</param>
/// <param name="End">One past the last character.</param>
public readonly record struct SourceSpan(int Start, int End)
{
    /// <summary>From the begin of one to the end of the other.</summary>
    public static SourceSpan Between(SourceSpan first, SourceSpan last) => new(first.Start, last.End);

    /// <summary>As messages name it: <c>line:column</c>, both from 1.</summary>
    public string In(string text)
    {
        var (line, column) = Locate(text, Start);
        return $"{line}:{column}";
    }

    internal static (int Line, int Column) Locate(string text, int position)
    {
        var before = text.AsSpan(0, Math.Min(position, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
