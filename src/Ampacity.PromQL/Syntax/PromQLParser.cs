using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Reads PromQL as Prometheus 3 has it without experimental syntax, and checks the types of all arguments.</summary>
/// <remarks>A Pratt parser: each operator binds by its precedence. One use per text.</remarks>
public sealed partial class PromQLParser
{
    /// <summary>Longest text, in characters (guessed: the longest rule seen in public alert packs is under 4 Ki).</summary>
    public const int MaxTextLength = 65_536;

    /// <summary>Names of all functions, sorted; for completion.</summary>
    public static IReadOnlyList<string> FunctionNames { get; } = [.. FunctionTable.Names];

    /// <summary>Tallest tree, so that a hostile text cannot exhaust the stack.</summary>
    public const int MaxDepth = 200;

    private readonly string _text;
    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private PromQLParser(string text)
    {
        _text = text;
        _tokens = Lexer.Cut(text);
    }

    private Token Current => _tokens[_at];

    private Token Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <summary>The expression that a text is.</summary>
    /// <exception cref="PromQLSyntaxException">It is none; the message says where and what was expected.</exception>
    public static Expression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxTextLength)
        {
            throw new PromQLSyntaxException(text, new SourceSpan(0, 0), $"the expression has {text.Length} characters, at most {MaxTextLength} are read");
        }

        var parser = new PromQLParser(text);
        if (parser.Current.Kind == TokenKind.End)
        {
            throw parser.Error(parser.Current.Span, "no expression found in input");
        }

        var expression = parser.ParseExpression(0);
        return parser.Current.Kind == TokenKind.End
            ? expression
            : throw parser.Unexpected("an operator or the end of the expression");
    }

    /// <summary>The matchers of a series selector such as <c>up{job="a"}</c>, as the series endpoints take it.</summary>
    /// <exception cref="PromQLSyntaxException">It is anything else.</exception>
    public static IReadOnlyList<Matcher> ParseSelector(string text) => Parse(text) is VectorSelector { Shift: { OffsetMs: 0, At: AtKind.None } } selector
        ? selector.Matchers
        : throw new PromQLSyntaxException(text, new SourceSpan(0, text.Length), "expected a series selector without modifiers");

    private Expression ParseExpression(int minimumPrecedence)
    {
        Enter();
        var left = ParseUnary();
        while (Operators.Of(Current) is { } op && Operators.Precedence(op) is var precedence && precedence > minimumPrecedence)
        {
            _at++;
            var (returnsBool, boolSpan, matching, matchSpan) = ParseBinaryModifiers(op);
            var right = ParseExpression(op == BinaryOperator.Power ? precedence - 1 : precedence);
            left = Sized(Combine(op, left, right, returnsBool, boolSpan, matching, matchSpan), left.Height, right.Height);
        }

        _depth--;
        return left;
    }

    private Expression ParseUnary()
    {
        if (Current.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return ParsePostfix(ParsePrimary());
        }

        var sign = Current;
        _at++;
        var operand = ParseExpression(Operators.UnaryPrecedence);
        if (operand.Kind is not (ExpressionKind.Scalar or ExpressionKind.InstantVector))
        {
            throw Error(sign.Span, $"unary expression only allowed on expressions of type scalar or instant vector, got \"{operand.Kind.Name()}\"");
        }

        var span = SourceSpan.Between(sign.Span, operand.Span);
        if (sign.Kind == TokenKind.Add)
        {
            return operand;
        }

        return operand is NumberLiteral number ? new NumberLiteral(span, -number.Value) : Sized(new Negation(span, operand), operand.Height);
    }

    private Expression ParsePrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                _at++;
                return new NumberLiteral(token.Span, token.Number);
            case TokenKind.String:
                _at++;
                return new StringLiteral(token.Span, token.Text);
            case TokenKind.LeftParen:
                _at++;
                var inner = ParseExpression(0);
                var close = Expect(TokenKind.RightParen, ")");
                return Sized(new Parenthesis(SourceSpan.Between(token.Span, close.Span), inner), inner.Height);
            case TokenKind.LeftBrace:
                return ParseSelectorFrom(token.Span, name: null);
            case TokenKind.Identifier:
                return ParseWord(token);
            default:
                throw Unexpected("a number, string, selector, function, aggregation or opening parenthesis");
        }
    }

    private Expression ParseWord(Token token)
    {
        if (Operators.AggregationOf(token) is { } aggregation
            && (Next.Kind == TokenKind.LeftParen || Next.Is("by") || Next.Is("without")))
        {
            return ParseAggregation(aggregation);
        }

        if (Next.Kind == TokenKind.LeftParen)
        {
            return ParseCall();
        }

        if (token.Is("inf") || token.Is("nan"))
        {
            _at++;
            return new NumberLiteral(token.Span, token.Is("inf") ? double.PositiveInfinity : double.NaN);
        }

        if (token.Is("bool") || token.Is("on") || token.Is("ignoring") || token.Is("group_left") || token.Is("group_right") || token.Is("atan2"))
        {
            throw Unexpected("an expression");
        }

        _at++;
        return ParseSelectorFrom(token.Span, token.Text);
    }

    private Aggregation ParseAggregation(AggregationOperator op)
    {
        var start = Current.Span;
        _at++;
        List<string>? labels = null;
        var without = false;
        TryParseGrouping(ref labels, ref without);
        var arguments = ParseArguments(out var end);
        if (labels is null)
        {
            TryParseGrouping(ref labels, ref without);
            end = _tokens[_at - 1].Span;
        }

        var wanted = op.HasParameter() ? 2 : 1;
        if (arguments.Count != wanted)
        {
            throw Error(SourceSpan.Between(start, end), $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {arguments.Count}");
        }

        var inner = arguments[^1];
        RequireKind(inner, ExpressionKind.InstantVector, "aggregation expression");
        if (op.HasParameter())
        {
            RequireKind(arguments[0], op == AggregationOperator.CountValues ? ExpressionKind.Text : ExpressionKind.Scalar, "aggregation parameter");
        }

        var node = new Aggregation(SourceSpan.Between(start, end), op, inner, op.HasParameter() ? arguments[0] : null, labels ?? [], without);
        return Sized(node, inner.Height, op.HasParameter() ? arguments[0].Height : 0);
    }

    private void TryParseGrouping(ref List<string>? labels, ref bool without)
    {
        if (Current.Is("by") || Current.Is("without"))
        {
            without = Current.Is("without");
            _at++;
            labels = ParseLabelList();
        }
    }

    private FunctionCall ParseCall()
    {
        var name = Current;
        if (!FunctionTable.TryGet(name.Text, out var function))
        {
            throw Error(name.Span, FunctionTable.IsUnsupported(name.Text) || Operators.IsUnsupportedAggregation(name)
                ? $"function \"{name.Text}\" is not supported"
                : $"unknown function with name \"{name.Text}\"");
        }

        _at++;
        var arguments = ParseArguments(out var end);
        var span = SourceSpan.Between(name.Span, end);
        CheckArguments(function, arguments, span);
        return Sized(new FunctionCall(span, function, arguments), arguments.Select(a => a.Height).DefaultIfEmpty().Max());
    }

    private List<Expression> ParseArguments(out SourceSpan end)
    {
        Expect(TokenKind.LeftParen, "(");
        var arguments = new List<Expression>();
        while (Current.Kind != TokenKind.RightParen)
        {
            arguments.Add(ParseExpression(0));
            if (Current.Kind != TokenKind.Comma)
            {
                break;
            }

            _at++;
            if (Current.Kind == TokenKind.RightParen)
            {
                throw Error(_tokens[_at - 1].Span, "trailing commas not allowed in function call args");
            }
        }

        end = Expect(TokenKind.RightParen, "a comma or )").Span;
        return arguments;
    }

    private T Sized<T>(T node, int height, int otherHeight = 0)
        where T : Expression
    {
        node.Height = Math.Max(height, otherHeight) + 1;
        return node.Height <= MaxDepth ? node : throw TooDeep(node.Span);
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw TooDeep(Current.Span);
        }
    }

    private PromQLSyntaxException TooDeep(SourceSpan span) => Error(span, $"the expression is nested more than {MaxDepth} levels deep");

    private Token Expect(TokenKind kind, string expected)
    {
        if (Current.Kind != kind)
        {
            throw Unexpected(expected);
        }

        return _tokens[_at++];
    }

    private PromQLSyntaxException Unexpected(string expected) => Error(Current.Span, $"unexpected {Current.Describe()}, expected {expected}");

    private PromQLSyntaxException Error(SourceSpan span, string problem) => new(_text, span, problem);
}
