using Ampacity.Samples;

namespace Ampacity.PromQL;

public sealed partial class PromQLParser
{
    // Far enough for any clock, and sums with offsets and ranges stay within 64 bits.
    private const double MaxAtSeconds = 9e12;

    private VectorSelector ParseSelectorFrom(SourceSpan start, string? name)
    {
        var matchers = new List<Matcher>();
        if (name is not null)
        {
            matchers.Add(new Matcher(LabelSet.MetricName, MatchKind.Equal, name));
        }

        var end = start;
        if (Current.Kind == TokenKind.LeftBrace)
        {
            end = ParseMatchers(matchers, ref name);
        }

        var span = SourceSpan.Between(start, end);
        return matchers.All(m => m.MatchesEmpty)
            ? throw Error(span, "vector selector must contain at least one non-empty matcher")
            : new VectorSelector(span, matchers, default);
    }

    private SourceSpan ParseMatchers(List<Matcher> matchers, ref string? name)
    {
        _at++;
        while (Current.Kind != TokenKind.RightBrace)
        {
            var label = Current;
            if (label.Kind is not (TokenKind.Identifier or TokenKind.String))
            {
                throw Unexpected("a label name, a quoted metric name or }");
            }

            _at++;
            if (label.Kind == TokenKind.String && Current.Kind is TokenKind.Comma or TokenKind.RightBrace)
            {
                SetQuotedName(label, matchers, ref name);
            }
            else
            {
                matchers.Add(ParseMatcher(label));
            }

            if (Current.Kind == TokenKind.Comma)
            {
                _at++;
            }
            else if (Current.Kind != TokenKind.RightBrace)
            {
                throw Unexpected("a comma or }");
            }
        }

        var set = name;
        if (set is not null && matchers.Find(m => m.Name == LabelSet.MetricName && m.Value != set) is { Kind: MatchKind.Equal } other)
        {
            throw Error(Current.Span, $"metric name must not be set twice: \"{set}\" or \"{other.Value}\"");
        }

        return _tokens[_at++].Span;
    }

    private void SetQuotedName(Token label, List<Matcher> matchers, ref string? name)
    {
        if (name is not null)
        {
            throw Error(label.Span, $"metric name must not be set twice: \"{name}\" or \"{label.Text}\"");
        }

        name = label.Text;
        matchers.Add(new Matcher(LabelSet.MetricName, MatchKind.Equal, name));
    }

    private Matcher ParseMatcher(Token label)
    {
        var kind = Current.Kind switch
        {
            TokenKind.Assign => MatchKind.Equal,
            TokenKind.NotEqual => MatchKind.NotEqual,
            TokenKind.MatchRegex => MatchKind.Regex,
            TokenKind.NotMatchRegex => MatchKind.NotRegex,
            _ => throw Unexpected("one of = != =~ !~"),
        };
        _at++;
        var value = Expect(TokenKind.String, "a quoted label value");
        if (label.Text.Length == 0)
        {
            throw Error(label.Span, "a label name is empty");
        }

        try
        {
            return new Matcher(label.Text, kind, value.Text);
        }
        catch (ArgumentException error)
        {
            throw Error(value.Span, error.Message);
        }
    }

    private Expression ParsePostfix(Expression expression)
    {
        var offsetSet = false;
        while (true)
        {
            if (Current.Kind == TokenKind.LeftBracket)
            {
                expression = ParseBrackets(expression);
                offsetSet = false;
            }
            else if (Current.Is("offset"))
            {
                if (offsetSet)
                {
                    throw Error(Current.Span, "offset may not be set multiple times");
                }

                offsetSet = true;
                expression = ParseOffset(expression);
            }
            else if (Current.Kind == TokenKind.At)
            {
                expression = ParseAt(expression);
            }
            else if (Current.Is("anchored") || Current.Is("smoothed"))
            {
                throw Error(Current.Span, $"the experimental modifier \"{Current.Text}\" is not supported");
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParseBrackets(Expression expression)
    {
        var open = Current;
        _at++;
        var rangeMs = ParseDuration(negativeAllowed: false);
        if (Current.Kind == TokenKind.RightBracket)
        {
            var close = _tokens[_at++].Span;
            if (expression is not VectorSelector selector)
            {
                throw Error(open.Span, "ranges only allowed for vector selectors");
            }

            return selector.Shift != default
                ? throw Error(open.Span, "no offset or @ modifiers allowed before range")
                : Sized(new RangeSelector(SourceSpan.Between(selector.Span, close), selector, rangeMs), 1);
        }

        Expect(TokenKind.Colon, "] or : and a step");
        var stepMs = Current.Kind == TokenKind.RightBracket ? 0 : ParseDuration(negativeAllowed: false);
        var end = Expect(TokenKind.RightBracket, "]").Span;
        RequireKind(expression, ExpressionKind.InstantVector, "subquery");
        return Sized(new Subquery(SourceSpan.Between(expression.Span, end), expression, rangeMs, stepMs, default), expression.Height);
    }

    private Expression ParseOffset(Expression expression)
    {
        var word = Current;
        _at++;
        var offsetMs = ParseDuration(negativeAllowed: true);
        return Shifted(expression, word, s => s with { OffsetMs = offsetMs }, "offset modifier");
    }

    private Expression ParseAt(Expression expression)
    {
        var sign = Current;
        _at++;
        var kind = AtKind.Time;
        var atMs = 0L;
        if ((Current.Is("start") || Current.Is("end")) && Next.Kind == TokenKind.LeftParen)
        {
            kind = Current.Is("start") ? AtKind.Start : AtKind.End;
            _at += 2;
            Expect(TokenKind.RightParen, ")");
        }
        else
        {
            var negative = Current.Kind == TokenKind.Subtract;
            _at += Current.Kind is TokenKind.Subtract or TokenKind.Add ? 1 : 0;
            var seconds = Current.Kind is TokenKind.Number or TokenKind.Duration ? Current.Number
                : Current.Is("inf") || Current.Is("nan") ? double.NaN
                : throw Unexpected("a time in seconds, start() or end()");
            if (!(seconds < MaxAtSeconds))
            {
                throw Error(Current.Span, $"timestamp out of bounds for @ modifier: {Current.Text}");
            }

            _at++;
            atMs = (long)Math.Round((negative ? -seconds : seconds) * 1000, MidpointRounding.AwayFromZero);
        }

        return Shifted(expression, sign, s => s.At != AtKind.None
            ? throw Error(sign.Span, "@ <timestamp> may not be set multiple times")
            : s with { At = kind, AtMs = atMs }, "@ modifier");
    }

    private Expression Shifted(Expression expression, Token word, Func<TimeShift, TimeShift> change, string what)
    {
        var span = SourceSpan.Between(expression.Span, _tokens[_at - 1].Span);
        return expression switch
        {
            VectorSelector selector => selector with { Span = span, Shift = change(selector.Shift) },
            RangeSelector range => range with { Span = span, Selector = range.Selector with { Shift = change(range.Selector.Shift) } },
            Subquery subquery => subquery with { Span = span, Shift = change(subquery.Shift) },
            _ => throw Error(word.Span, $"{what} must be preceded by an instant vector selector or range vector selector or a subquery"),
        };
    }

    private long ParseDuration(bool negativeAllowed)
    {
        var negative = negativeAllowed && Current.Kind == TokenKind.Subtract;
        _at += negative || (negativeAllowed && Current.Kind == TokenKind.Add) ? 1 : 0;
        var token = Current;
        if (token.Kind is not (TokenKind.Duration or TokenKind.Number))
        {
            throw Unexpected("a duration such as 5m");
        }

        _at++;
        var ms = token.Number * 1000;
        if (!negativeAllowed && !(ms >= 1))
        {
            throw Error(token.Span, "duration must be greater than 0");
        }

        if (!(ms <= 9_223_372_036_854.0))
        {
            throw Error(token.Span, "duration out of range");
        }

        return Current.Kind is TokenKind.Add or TokenKind.Subtract or TokenKind.Multiply or TokenKind.Divide or TokenKind.Modulo or TokenKind.Power
            && !negativeAllowed
            ? throw Error(Current.Span, "duration expressions are experimental and not supported")
            : (long)Math.Round(negative ? -ms : ms, MidpointRounding.AwayFromZero);
    }

    private List<string> ParseLabelList()
    {
        Expect(TokenKind.LeftParen, "( and label names");
        var labels = new List<string>();
        while (Current.Kind != TokenKind.RightParen)
        {
            if (Current.Kind is not (TokenKind.Identifier or TokenKind.String) || Current.Text.Contains(':') && Current.Kind == TokenKind.Identifier)
            {
                throw Unexpected("a label name or )");
            }

            labels.Add(Current.Text.Length > 0 ? Current.Text : throw Error(Current.Span, "a label name is empty"));
            _at++;
            if (Current.Kind == TokenKind.Comma)
            {
                _at++;
            }
            else if (Current.Kind != TokenKind.RightParen)
            {
                throw Unexpected("a comma or )");
            }
        }

        _at++;
        return labels;
    }
}
