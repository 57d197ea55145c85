using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>What an expression gives.</summary>
public enum ExpressionKind
{
    /// <summary>One number at each step.</summary>
    Scalar,

    /// <summary>A text; only as an argument or a whole query.</summary>
    Text,

    /// <summary>At most one sample of each series at each step.</summary>
    InstantVector,

    /// <summary>A window of samples of each series at each step.</summary>
    RangeVector,
}

/// <summary>A node of a parsed expression. Immutable, any thread; types have been checked.</summary>
/// <param name="Span">Where it stands in the text.</param>
public abstract record Expression(SourceSpan Span)
{
    /// <summary>What it gives.</summary>
    public abstract ExpressionKind Kind { get; }

    // Height of the tree below and with this node; the parser keeps it under its limit so that walks may recurse.
    internal int Height { get; set; } = 1;
}

/// <summary>A number, or a duration in seconds.</summary>
public sealed record NumberLiteral(SourceSpan Span, double Value) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Scalar;
}

/// <summary>A text, without quotes and escapes.</summary>
public sealed record StringLiteral(SourceSpan Span, string Value) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Text;
}

/// <summary>An expression in parentheses.</summary>
public sealed record Parenthesis(SourceSpan Span, Expression Inner) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => Inner.Kind;
}

/// <summary>What <c>@</c> fixes the time to.</summary>
public enum AtKind
{
    /// <summary>No <c>@</c>: each step has its own time.</summary>
    None,

    /// <summary>A time, UTC milliseconds.</summary>
    Time,

    /// <summary><c>start()</c>: first step of the whole query.</summary>
    Start,

    /// <summary><c>end()</c>: last step of the whole query.</summary>
    End,
}

/// <summary>The modifiers <c>offset</c> and <c>@</c>.</summary>
/// <param name="OffsetMs">How far back, milliseconds; negative looks ahead.</param>
/// <param name="At">What fixes the time.</param>
/// <param name="AtMs">UTC milliseconds, with <see cref="AtKind.Time"/>.</param>
public readonly record struct TimeShift(long OffsetMs, AtKind At, long AtMs);

/// <summary>Selects series by matchers, at an instant.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Matchers">All must pass; a metric name is the matcher of <c>__name__</c>.</param>
/// <param name="Shift">Its <c>offset</c> and <c>@</c>.</param>
public sealed record VectorSelector(SourceSpan Span, IReadOnlyList<Matcher> Matchers, TimeShift Shift) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.InstantVector;
}

/// <summary>Selects windows of samples.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Selector">Which series, and the shift of the window's end.</param>
/// <param name="RangeMs">Length of the window, milliseconds, above zero; open at its left end.</param>
public sealed record RangeSelector(SourceSpan Span, VectorSelector Selector, long RangeMs) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.RangeVector;
}

/// <summary>Evaluates an expression at steps of its own and makes windows of them.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Inner">What is evaluated.</param>
/// <param name="RangeMs">Length of the window, milliseconds, above zero; open at its left end.</param>
/// <param name="StepMs">Milliseconds between steps, which are multiples of it; 0 means the engine's default.</param>
/// <param name="Shift">Its <c>offset</c> and <c>@</c>.</param>
public sealed record Subquery(SourceSpan Span, Expression Inner, long RangeMs, long StepMs, TimeShift Shift) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.RangeVector;
}

/// <summary>A minus sign before a scalar or vector; a plus sign leaves no node.</summary>
public sealed record Negation(SourceSpan Span, Expression Operand) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => Operand.Kind;
}

/// <summary>Two operands and an operator.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">Which operator.</param>
/// <param name="Left">Left operand.</param>
/// <param name="Right">Right operand.</param>
/// <param name="ReturnsBool">Comparison with <c>bool</c>: gives 0 or 1 instead of filtering.</param>
/// <param name="Matching">How series of two vectors find each other; null unless both sides are vectors.</param>
public sealed record BinaryOperation(
    SourceSpan Span, BinaryOperator Operator, Expression Left, Expression Right, bool ReturnsBool, VectorMatching? Matching) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind =>
        Left.Kind == ExpressionKind.Scalar && Right.Kind == ExpressionKind.Scalar ? ExpressionKind.Scalar : ExpressionKind.InstantVector;

    /// <summary>Of two vectors the side of which many series may meet one of <see cref="OneSide"/>; the left one when neither may.</summary>
    internal Expression ManySide => Matching is { Cardinality: MatchCardinality.OneToMany } ? Right : Left;

    /// <summary>The other side.</summary>
    internal Expression OneSide => Matching is { Cardinality: MatchCardinality.OneToMany } ? Left : Right;
}

/// <summary>An aggregation over the series of a vector.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">Which aggregation.</param>
/// <param name="Inner">What is aggregated.</param>
/// <param name="Parameter">The first argument of those that have two, else null.</param>
/// <param name="Labels">Labels of <c>by</c> or <c>without</c>.</param>
/// <param name="Without">Whether <paramref name="Labels"/> are dropped instead of kept.</param>
public sealed record Aggregation(
    SourceSpan Span, AggregationOperator Operator, Expression Inner, Expression? Parameter, IReadOnlyList<string> Labels, bool Without)
    : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.InstantVector;
}

/// <summary>A function's call.</summary>
public sealed record FunctionCall(SourceSpan Span, FunctionSignature Function, IReadOnlyList<Expression> Arguments) : Expression(Span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => Function.Returns;
}
