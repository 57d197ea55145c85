using System.CommandLine;
using Ampacity.Cli;

namespace Ampacity.Tests.Cli;

/// <summary>A slip on the command line is a sentence in the words of the help, never a type of the program and never an exception.</summary>
public sealed class ParseErrorsTests
{
    private static readonly RootCommand Root = Commands.Root();

    [Theory]
    [InlineData("serve --retention abc", "--retention takes 0.1 to 876000, not 'abc'.")]
    [InlineData("serve --retention NaN", "--retention takes 0.1 to 876000, not 'NaN'.")]
    [InlineData("serve --query-max-series 1e400", "--query-max-series takes 1 to 100000000, not '1e400'.")]
    [InlineData("sql --max-rows abc x", "--max-rows takes 0 to 2147483647, not 'abc'.")]
    [InlineData("simulate --port -5 x.yaml", "--port takes 0 to 65535, not '-5'.")]
    [InlineData("simulate --seed abc x.yaml", "--seed takes a whole number, not 'abc'.")]
    [InlineData("simulate --speed fast x.yaml", "--speed takes a number, not 'fast'.")]
    [InlineData("list --limit 2.5", "--limit takes a whole number, not '2.5'.")]
    [InlineData("top --by foo", "--by takes one of site, hall, row, rack, power, not 'foo'.")]
    [InlineData("demo --listen 0.0.0.0:80", ServeCommand.NotLoopback)]
    [InlineData("sevre", "Unrecognized command or argument 'sevre'; did you mean serve?")]
    [InlineData("credentials sett", "Unrecognized command or argument 'sett'; did you mean set?")]
    [InlineData("nonsense", "Unrecognized command or argument 'nonsense'.")]
    [InlineData("credentials", "credentials takes one of these behind it: set, list, remove.")]
    [InlineData("serve --url http://127.0.0.1:7480", "serve takes no --url: it asks no server.")]
    [InlineData("simulate x.yaml --data d", "simulate takes no --data.")]
    [InlineData("query --frm x", "There is no --frm here; did you mean --from?")]
    public void A_slip_is_told_in_a_sentence(string line, string sentence) => Assert.Contains(sentence, Errors(line.Split(' ')));

    [Fact]
    public void No_value_of_any_option_of_any_command_is_told_in_the_program_s_own_words()
    {
        string[] values = ["abc", "-1", "0", "", "NaN", "1e400", "99999999999999999999999", "2026-13-45", "\u0000", "😀"];
        var asked = 0;
        foreach (var (path, command) in All(Root, []))
        {
            foreach (var option in command.Options.Where(option => option.ValueType != typeof(bool) && !option.Hidden))
            {
                foreach (var value in values)
                {
                    var errors = string.Join('\n', Errors([.. path, .. command.Arguments.Select(_ => "x"), option.Name, value]));
                    Assert.False(errors.Contains("System.", StringComparison.Ordinal) || errors.Contains("Ampacity.Server", StringComparison.Ordinal), $"{string.Join(' ', path)} {option.Name} '{value}': {errors}");
                    asked++;
                }
            }
        }

        Assert.True(asked > 500, $"only {asked} values were tried");
    }

    private static IReadOnlyList<string> Errors(string[] line) => ParseErrors.In(Root.Parse(line));

    private static IEnumerable<(string[] Path, Command Command)> All(Command command, string[] path) =>
        command.Subcommands.SelectMany(below => All(below, [.. path, below.Name])).Prepend((path, command));
}
