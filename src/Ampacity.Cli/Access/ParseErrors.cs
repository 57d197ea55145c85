using System.CommandLine;
using System.CommandLine.Parsing;

namespace Ampacity.Cli;

/// <summary>
/// What is wrong with a command line, in the words of its help. The parser's own sentences name types of the program ("expected type
/// 'System.Double'"), and say of a slip in a command's name that no command was given. Pure.
/// </summary>
internal static class ParseErrors
{
    /// <summary>One sentence for each mistake, in the order of the command line; empty if there is none.</summary>
    public static IReadOnlyList<string> In(ParseResult arguments)
    {
        var unknown = UnknownFlags.In(arguments).ToArray();
        var sentences = arguments.Errors.Select(error => Sentence(error, arguments)).OfType<string>().ToList();

        // A word that is no command leaves the command without one below it: one mistake, so one sentence.
        if (sentences.Count > 1 || unknown.Length > 0)
        {
            sentences.RemoveAll(sentence => sentence == NoCommand(arguments));
        }

        return [.. unknown.Concat(sentences).Distinct(StringComparer.Ordinal)];
    }

    private static string? Sentence(ParseError error, ParseResult arguments) => error.SymbolResult switch
    {
        _ when error.Message.StartsWith("Required command", StringComparison.Ordinal) => NoCommand(arguments),
        OptionResult option when IsConversion(error, option) => Conversion(option),
        CommandResult command when error.Message.StartsWith("Unrecognized", StringComparison.Ordinal) && Unmatched(arguments, error.Message) is { } word =>
            $"{error.Message.TrimEnd('.')}{(Near(word, command.Command) is { } near ? $"; did you mean {near}?" : ".")}",
        _ => error.Message,
    };

    private static string NoCommand(ParseResult arguments) =>
        $"{arguments.CommandResult.Command.Name} takes one of these behind it: {string.Join(", ", arguments.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name))}.";

    private static bool IsConversion(ParseError error, OptionResult option) =>
        option.Tokens.Count > 0 && error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal);

    private static string? Conversion(OptionResult option)
    {
        // The option's own check has said what it takes.
        if (option.Errors.Any(other => !IsConversion(other, option)))
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(option.Option.ValueType) ?? option.Option.ValueType;
        var takes = type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : "a number";
        return $"{option.Option.Name} takes {takes}, not '{option.Tokens[^1].Value}'.";
    }

    private static string? Unmatched(ParseResult arguments, string message) =>
        arguments.UnmatchedTokens.FirstOrDefault(word => message.Contains($"'{word}'", StringComparison.Ordinal));

    private static string? Near(string word, Command command) => command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name)
        .Where(name => UnknownFlags.Distance(word, name) <= 2).OrderBy(name => UnknownFlags.Distance(word, name)).FirstOrDefault();
}
