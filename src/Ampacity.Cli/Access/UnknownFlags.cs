using System.CommandLine;
using System.CommandLine.Parsing;

namespace Ampacity.Cli;

/// <summary>
/// Flags that no command knows. The parser takes <c>--nope</c> for the value of an argument or of the option before it, so a slip of the pen
/// would be looked up as a path; what really begins with two dashes stands behind <c>--</c>.
/// </summary>
internal static class UnknownFlags
{
    /// <summary>One sentence for each, in the order of the command line.</summary>
    public static IEnumerable<string> In(ParseResult arguments)
    {
        string[] known = [.. Options(arguments).SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal))];
        foreach (var token in arguments.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (token.Type == TokenType.Argument && IsFlag(token.Value))
            {
                var name = token.Value.Split('=')[0];
                var near = known.Where(other => Distance(name, other) <= 2).OrderBy(other => Distance(name, other)).FirstOrDefault();
                yield return $"There is no {name} here{(near is null ? "" : $"; did you mean {near}?")}";
            }
        }
    }

    private static bool IsFlag(string text) => text.Length > 2 && text.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(text[2])
        && text.AsSpan(2, (text.IndexOf('=', StringComparison.Ordinal) is var end and > 0 ? end : text.Length) - 2).IndexOfAnyExcept(FlagLetters) < 0;

    private static readonly System.Buffers.SearchValues<char> FlagLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private static IEnumerable<Option> Options(ParseResult arguments)
    {
        for (SymbolResult? at = arguments.CommandResult; at is not null; at = at.Parent)
        {
            foreach (var option in at is CommandResult command ? command.Command.Options : [])
            {
                yield return option;
            }
        }
    }

    /// <summary>Letters to change, add or leave out between two names: names are short, so the whole table is small.</summary>
    public static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length && i <= 60; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            }

            above = row;
        }

        return above[^1];
    }
}
