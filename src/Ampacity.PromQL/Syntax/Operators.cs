namespace Ampacity.PromQL;

/// <summary>A binary operator.</summary>
public enum BinaryOperator
{
    /// <summary><c>or</c></summary>
    Or,

    /// <summary><c>and</c></summary>
    And,

    /// <summary><c>unless</c></summary>
    Unless,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>/</c></summary>
    Divide,

    /// <summary><c>%</c>, with the sign of the left operand.</summary>
    Modulo,

    /// <summary><c>atan2</c></summary>
    Atan2,

    /// <summary><c>^</c>, right-associative.</summary>
    Power,
}

/// <summary>How many series of a side may meet one of the other.</summary>
public enum MatchCardinality
{
    /// <summary>One to one.</summary>
    OneToOne,

    /// <summary><c>group_left</c>: many on the left.</summary>
    ManyToOne,

    /// <summary><c>group_right</c>: many on the right.</summary>
    OneToMany,

    /// <summary>Set operators.</summary>
    ManyToMany,
}

/// <summary>How series of two vectors find each other.</summary>
/// <param name="Cardinality">How many may meet.</param>
/// <param name="On">Whether <paramref name="Labels"/> are those compared (<c>on</c>) or those left out (<c>ignoring</c>).</param>
/// <param name="Labels">Labels of <c>on</c> or <c>ignoring</c>.</param>
/// <param name="Include">Labels that <c>group_left</c> or <c>group_right</c> copies from the "one" side.</param>
public sealed record VectorMatching(MatchCardinality Cardinality, bool On, IReadOnlyList<string> Labels, IReadOnlyList<string> Include);

/// <summary>An aggregation.</summary>
public enum AggregationOperator
{
    /// <summary>Sum, with a compensation of lost digits.</summary>
    Sum,

    /// <summary>Arithmetic mean.</summary>
    Avg,

    /// <summary>Least.</summary>
    Min,

    /// <summary>Greatest.</summary>
    Max,

    /// <summary>How many series.</summary>
    Count,

    /// <summary>1 for each group.</summary>
    Group,

    /// <summary>Standard deviation of the population.</summary>
    Stddev,

    /// <summary>Variance of the population.</summary>
    Stdvar,

    /// <summary>The k greatest series.</summary>
    Topk,

    /// <summary>The k least series.</summary>
    Bottomk,

    /// <summary>The φ-quantile, interpolated.</summary>
    Quantile,

    /// <summary>How many series have each value.</summary>
    CountValues,
}

internal static class Operators
{
    public const int UnaryPrecedence = 5;

    public static int Precedence(BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual => 3,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => 6,
        _ => 5,
    };

    public static bool IsSet(this BinaryOperator op) => op <= BinaryOperator.Unless;

    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static BinaryOperator? Of(Token token) => token.Kind switch
    {
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Add => BinaryOperator.Add,
        TokenKind.Subtract => BinaryOperator.Subtract,
        TokenKind.Multiply => BinaryOperator.Multiply,
        TokenKind.Divide => BinaryOperator.Divide,
        TokenKind.Modulo => BinaryOperator.Modulo,
        TokenKind.Power => BinaryOperator.Power,
        TokenKind.Identifier when token.Is("or") => BinaryOperator.Or,
        TokenKind.Identifier when token.Is("and") => BinaryOperator.And,
        TokenKind.Identifier when token.Is("unless") => BinaryOperator.Unless,
        TokenKind.Identifier when token.Is("atan2") => BinaryOperator.Atan2,
        _ => null,
    };

    public static AggregationOperator? AggregationOf(Token token) => token.Kind != TokenKind.Identifier ? null : token.Text.ToLowerInvariant() switch
    {
        "sum" => AggregationOperator.Sum,
        "avg" => AggregationOperator.Avg,
        "min" => AggregationOperator.Min,
        "max" => AggregationOperator.Max,
        "count" => AggregationOperator.Count,
        "group" => AggregationOperator.Group,
        "stddev" => AggregationOperator.Stddev,
        "stdvar" => AggregationOperator.Stdvar,
        "topk" => AggregationOperator.Topk,
        "bottomk" => AggregationOperator.Bottomk,
        "quantile" => AggregationOperator.Quantile,
        "count_values" => AggregationOperator.CountValues,
        _ => null,
    };

    /// <summary>Whether a metric of this name has to be quoted where it could be taken for something else.</summary>
    public static bool IsKeyword(string name) => name.ToLowerInvariant() is "or" or "and" or "unless" or "atan2" or "by" or "without" or "on" or "ignoring"
        or "group_left" or "group_right" or "bool" or "offset" or "inf" or "nan" or "anchored" or "smoothed"
        || AggregationOf(new Token(TokenKind.Identifier, default, name, 0)) is not null;

    public static bool IsUnsupportedAggregation(Token token) => token.Is("limitk") || token.Is("limit_ratio");

    public static bool HasParameter(this AggregationOperator op) => op is AggregationOperator.Topk or AggregationOperator.Bottomk
        or AggregationOperator.Quantile or AggregationOperator.CountValues;

    public static string Name(this ExpressionKind kind) => kind switch
    {
        ExpressionKind.Scalar => "scalar",
        ExpressionKind.Text => "string",
        ExpressionKind.InstantVector => "instant vector",
        _ => "range vector",
    };
}
