using System.Globalization;

namespace Ampacity.PromQL;

/// <summary>Cuts the text of an expression into tokens. Keywords are identifiers here; the parser knows which word means what where.</summary>
internal sealed class Lexer(string text)
{
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _brackets;
    private int _braces;

    /// <exception cref="PromQLSyntaxException">A character or literal that PromQL does not have.</exception>
    public static List<Token> Cut(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.Step())
        {
        }

        return lexer._tokens;
    }

    private bool Step()
    {
        SkipBlanks();
        if (_at == text.Length)
        {
            Emit(TokenKind.End, 0);
            return false;
        }

        var c = text[_at];
        switch (c)
        {
            case '(': Emit(TokenKind.LeftParen, 1); break;
            case ')': Emit(TokenKind.RightParen, 1); break;
            case '{': Emit(TokenKind.LeftBrace, 1); _braces++; break;
            case '}': Emit(TokenKind.RightBrace, 1); _braces--; break;
            case '[': Emit(TokenKind.LeftBracket, 1); _brackets++; break;
            case ']': Emit(TokenKind.RightBracket, 1); _brackets--; break;
            case ',': Emit(TokenKind.Comma, 1); break;
            case '@': Emit(TokenKind.At, 1); break;
            case '+': Emit(TokenKind.Add, 1); break;
            case '-': Emit(TokenKind.Subtract, 1); break;
            case '*': Emit(TokenKind.Multiply, 1); break;
            case '/': Emit(TokenKind.Divide, 1); break;
            case '%': Emit(TokenKind.Modulo, 1); break;
            case '^': Emit(TokenKind.Power, 1); break;
            case '=': Pair(('=', TokenKind.Equal), ('~', TokenKind.MatchRegex), TokenKind.Assign); break;
            case '<': Pair(('=', TokenKind.LessOrEqual), default, TokenKind.Less); break;
            case '>': Pair(('=', TokenKind.GreaterOrEqual), default, TokenKind.Greater); break;
            case '!': Pair(('=', TokenKind.NotEqual), ('~', TokenKind.NotMatchRegex), TokenKind.End); break;
            case '"' or '\'' or '`': String(); break;
            case ':' when _brackets > 0: Emit(TokenKind.Colon, 1); break;
            default:
                Word(c);
                break;
        }

        return true;
    }

    private void Word(char c)
    {
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            Number();
        }
        else if (IsIdentifier(c))
        {
            var end = _at;
            while (end < text.Length && (IsIdentifier(text[end]) || char.IsAsciiDigit(text[end])))
            {
                end++;
            }

            Emit(TokenKind.Identifier, end - _at);
        }
        else
        {
            throw Error(_at, _at + 1, $"unexpected character '{c}'");
        }
    }

    private bool IsIdentifier(char c) => char.IsAsciiLetter(c) || c == '_' || (c == ':' && _brackets == 0 && _braces == 0);

    private void Pair((char Second, TokenKind Kind) one, (char Second, TokenKind Kind) other, TokenKind alone)
    {
        var second = _at + 1 < text.Length ? text[_at + 1] : '\0';
        if (second != '\0' && second == one.Second)
        {
            Emit(one.Kind, 2);
        }
        else if (second != '\0' && second == other.Second)
        {
            Emit(other.Kind, 2);
        }
        else if (alone == TokenKind.End)
        {
            throw Error(_at, _at + 1, $"unexpected character '{text[_at]}', expected != or !~");
        }
        else
        {
            Emit(alone, 1);
        }
    }

    private void Number()
    {
        var start = _at;
        var end = start;
        if (text[start] == '0' && start + 1 < text.Length && text[start + 1] is 'x' or 'X')
        {
            end += 2;
            while (end < text.Length && char.IsAsciiHexDigit(text[end]))
            {
                end++;
            }

            RefuseTail(start, end);
            if (!ulong.TryParse(text.AsSpan(start + 2, end - start - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                throw Error(start, end, $"bad number or duration syntax: \"{text[start..end]}\"");
            }

            Add(TokenKind.Number, start, end, hex);
            return;
        }

        end = Digits(end);
        if (end < text.Length && DurationText.IsUnitStart(text[end]))
        {
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            if (!DurationText.TryParse(text.AsSpan(start, end - start), out var durationMs))
            {
                throw Error(start, end, $"bad number or duration syntax: \"{text[start..end]}\"");
            }

            Add(TokenKind.Duration, start, end, durationMs / 1000.0);
            return;
        }

        if (end < text.Length && text[end] == '.')
        {
            end = Digits(end + 1);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = Digits(digits);
        }

        RefuseTail(start, end);
        var literal = text[start..end].Replace("_", "", StringComparison.Ordinal);
        if (!double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw Error(start, end, $"bad number or duration syntax: \"{text[start..end]}\"");
        }

        Add(TokenKind.Number, start, end, literal[0] == '0' && literal.Length > 1 ? OctalOr(literal, number) : number);
    }

    // As Go's ParseInt with base 0 reads it, and where it is no octal number of 63 bits its ParseFloat.
    private static double OctalOr(string literal, double number)
    {
        var octal = 0L;
        foreach (var digit in literal)
        {
            if (digit is < '0' or > '7' || octal > long.MaxValue >> 3)
            {
                return number;
            }

            octal = (octal << 3) | (uint)(digit - '0');
        }

        return octal;
    }

    private int Digits(int at)
    {
        while (at < text.Length && (char.IsAsciiDigit(text[at])
            || (text[at] == '_' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at - 1]))))
        {
            at++;
        }

        return at;
    }

    private void RefuseTail(int start, int end)
    {
        if (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
        {
            throw Error(start, end + 1, $"bad number or duration syntax: \"{text[start..(end + 1)]}\"");
        }
    }

    private void String()
    {
        var start = _at;
        var value = StringText.Unquote(text, start, out var end);
        _tokens.Add(new Token(TokenKind.String, new SourceSpan(start, end), value, 0));
        _at = end;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\n' or '\r')
            {
                _at++;
            }
            else if (text[_at] == '#')
            {
                var newLine = text.IndexOf('\n', _at);
                _at = newLine < 0 ? text.Length : newLine + 1;
            }
            else
            {
                return;
            }
        }
    }

    private void Emit(TokenKind kind, int length) => Add(kind, _at, _at + length, 0);

    private void Add(TokenKind kind, int start, int end, double number)
    {
        _tokens.Add(new Token(kind, new SourceSpan(start, end), text[start..end], number));
        _at = end;
    }

    private PromQLSyntaxException Error(int start, int end, string problem) => new(text, new SourceSpan(start, Math.Min(end, text.Length)), problem);
}
