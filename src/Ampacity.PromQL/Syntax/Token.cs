namespace Ampacity.PromQL;

internal enum TokenKind
{
    End,
    Identifier,
    Number,
    Duration,
    String,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Assign,
    MatchRegex,
    NotMatchRegex,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">As written; of a string, its unescaped value.</param>
/// <param name="Number">Of a number its value, of a duration seconds.</param>
internal readonly record struct Token(TokenKind Kind, SourceSpan Span, string Text, double Number)
{
    public bool Is(string keyword) =>
        Kind == TokenKind.Identifier && string.Equals(Text, keyword, StringComparison.OrdinalIgnoreCase);

    public string Describe() => Kind switch
    {
        TokenKind.End => "end of input",
        TokenKind.String => $"string \"{Text}\"",
        _ => $"\"{Text}\"",
    };
}
