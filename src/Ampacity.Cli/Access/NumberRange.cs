using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Ampacity.Cli;

/// <summary>
/// Bounds of a number on the command line. A value that is no number is told with the same sentence: asking the parser for it in a validator
/// would throw.
/// </summary>
internal static class NumberRange
{
    /// <summary>Lets an option take only numbers from <paramref name="least"/> to <paramref name="most"/>, both included; NaN is outside.</summary>
    public static Option<double> Within(this Option<double> option, double least, double most)
    {
        option.Validators.Add(result => Check(result, () => result.GetValue(option), least, most));
        return option;
    }

    /// <inheritdoc cref="Within(Option{double}, double, double)"/>
    public static Option<int> Within(this Option<int> option, int least, int most)
    {
        option.Validators.Add(result => Check(result, () => result.GetValue(option), least, most));
        return option;
    }

    /// <summary>The same of an option that need not be given.</summary>
    public static Option<int?> Within(this Option<int?> option, int least, int most)
    {
        option.Validators.Add(result => Check(result, () => result.GetValue(option) ?? least, least, most));
        return option;
    }

    private static void Check(OptionResult result, Func<double> value, double least, double most)
    {
        // Where a token stands the default is out of the way, and the token may be no number at all.
        var said = result.Tokens.Count == 0 ? value()
            : double.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
        if (!(said >= least && said <= most))
        {
            var given = result.Tokens.Count == 0 ? "" : $", not '{result.Tokens[^1].Value}'";
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} takes {least} to {most}{given}."));
        }
    }
}
