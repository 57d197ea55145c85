namespace Ampacity.PromQL;

public sealed partial class PromQLParser
{
    private (bool ReturnsBool, SourceSpan BoolSpan, VectorMatching? Matching, SourceSpan MatchSpan) ParseBinaryModifiers(BinaryOperator op)
    {
        var returnsBool = Current.Is("bool");
        var boolSpan = Current.Span;
        if (returnsBool)
        {
            _at++;
            if (!op.IsComparison())
            {
                throw Error(boolSpan, "bool modifier can only be used on comparison operators");
            }
        }

        var matchSpan = Current.Span;
        if (!Current.Is("on") && !Current.Is("ignoring"))
        {
            return (returnsBool, boolSpan, null, matchSpan);
        }

        var on = Current.Is("on");
        _at++;
        var labels = ParseLabelList();
        var cardinality = MatchCardinality.OneToOne;
        List<string> include = [];
        if (Current.Is("group_left") || Current.Is("group_right"))
        {
            var group = Current;
            cardinality = group.Is("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany;
            _at++;
            if (op.IsSet())
            {
                throw Error(group.Span, "no grouping allowed for set operation");
            }

            if (Current.Kind == TokenKind.LeftParen)
            {
                include = ParseLabelList();
            }

            if (on && include.FirstOrDefault(labels.Contains) is { } both)
            {
                throw Error(group.Span, $"label \"{both}\" must not occur in ON and GROUP clause at once");
            }
        }

        if (Current.Is("fill") || Current.Is("fill_left") || Current.Is("fill_right"))
        {
            throw Error(Current.Span, $"the experimental modifier \"{Current.Text}\" is not supported");
        }

        return (returnsBool, boolSpan, new VectorMatching(cardinality, on, labels, include), matchSpan);
    }

    private BinaryOperation Combine(
        BinaryOperator op, Expression left, Expression right, bool returnsBool, SourceSpan boolSpan, VectorMatching? matching, SourceSpan matchSpan)
    {
        foreach (var side in (ReadOnlySpan<Expression>)[left, right])
        {
            if (side.Kind is not (ExpressionKind.Scalar or ExpressionKind.InstantVector))
            {
                throw Error(side.Span, "binary expression must contain only scalar and instant vector types");
            }
        }

        var scalars = (left.Kind == ExpressionKind.Scalar ? 1 : 0) + (right.Kind == ExpressionKind.Scalar ? 1 : 0);
        if (scalars == 2 && op.IsComparison() && !returnsBool)
        {
            throw Error(SourceSpan.Between(left.Span, right.Span), "comparisons between scalars must use BOOL modifier");
        }

        if (scalars > 0 && op.IsSet())
        {
            throw Error(SourceSpan.Between(left.Span, right.Span), $"set operator \"{op.ToString().ToLowerInvariant()}\" not allowed in binary scalar expression");
        }

        if (scalars > 0 && matching is { Labels.Count: > 0 })
        {
            throw Error(matchSpan, "vector matching only allowed between instant vectors");
        }

        if (scalars > 0)
        {
            matching = null;
        }
        else
        {
            matching ??= new VectorMatching(MatchCardinality.OneToOne, On: false, [], []);
            matching = op.IsSet() ? matching with { Cardinality = MatchCardinality.ManyToMany } : matching;
        }

        return new BinaryOperation(SourceSpan.Between(left.Span, right.Span), op, left, right, returnsBool, matching);
    }

    private void CheckArguments(FunctionSignature function, List<Expression> arguments, SourceSpan span)
    {
        var least = function.Parameters.Count - function.OptionalCount;
        if (arguments.Count < least || (!function.IsVariadic && arguments.Count > function.Parameters.Count))
        {
            var wanted = function.OptionalCount == 0 && !function.IsVariadic ? $"{least}"
                : arguments.Count < least ? $"at least {least}" : $"at most {function.Parameters.Count}";
            throw Error(span, $"expected {wanted} argument(s) in call to \"{function.Name}\", got {arguments.Count}");
        }

        for (var i = 0; i < arguments.Count; i++)
        {
            RequireKind(arguments[i], function.Parameters[Math.Min(i, function.Parameters.Count - 1)], $"call to function \"{function.Name}\"");
        }
    }

    private void RequireKind(Expression expression, ExpressionKind wanted, string where)
    {
        if (expression.Kind != wanted)
        {
            throw Error(expression.Span, $"expected type {wanted.Name()} in {where}, got {expression.Kind.Name()}");
        }
    }
}
