using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Ampacity.Cli;

/// <summary>
/// Help that ends with the command's example. A description says it behind its sentence; in a list of commands the sentence alone stands, so
/// that the list is read at one glance.
/// </summary>
internal sealed class ExampleHelp : SynchronousCommandLineAction
{
    private const string Mark = "\n\nExample:  ";

    private readonly HelpAction _help;
    private readonly Dictionary<Command, string> _examples;

    private ExampleHelp(HelpAction help, Dictionary<Command, string> examples)
    {
        _help = help;
        _examples = examples;
    }

    /// <summary>Gives a whole command line such help.</summary>
    /// <exception cref="InvalidOperationException">A command has no example: a bug.</exception>
    public static void Give(RootCommand root)
    {
        var examples = new Dictionary<Command, string>();
        foreach (var command in root.Subcommands)
        {
            Collect(command, examples);
        }

        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExampleHelp((HelpAction)option.Action!, examples);
    }

    /// <summary>Who asks for help need not have written the rest rightly.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _help.Invoke(parseResult);
        if (_examples.TryGetValue(parseResult.CommandResult.Command, out var example))
        {
            Screen.Line($"Example:  {example}");
            Screen.Line();
        }

        return code;
    }

    private static void Collect(Command command, Dictionary<Command, string> examples)
    {
        var parts = (command.Description ?? "").Split(Mark);
        if (parts.Length != 2)
        {
            throw new InvalidOperationException($"Bug: the command {command.Name} has no example behind its description");
        }

        command.Description = parts[0];
        examples.Add(command, parts[1]);
        foreach (var below in command.Subcommands)
        {
            Collect(below, examples);
        }
    }
}
