using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Reads a list of hosts: CSV under a header that names <c>address</c> and, where wanted, <c>port</c>, <c>scheme</c>, <c>platform</c> and
/// <c>account</c>. An address may be a range or a block. Separated by commas or semicolons; lines that begin with # are remarks.
/// </summary>
public static class HostList
{
    /// <summary>Longest line, characters: five short fields.</summary>
    public const int LineCharsMax = 2_000;

    private static readonly string[] Known = ["address", "port", "scheme", "platform", "account"];

    /// <summary>The targets of a list.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="port">Port where a line says none.</param>
    /// <param name="scheme">http or https, where a line says none.</param>
    /// <exception cref="FormatException">A line cannot be read, or they are too many; the message says which line and what to write.</exception>
    public static IReadOnlyList<SurveyTarget> Parse(string text, int port, string scheme)
    {
        var targets = new List<SurveyTarget>();
        int[]? columns = null;
        var number = 0;
        foreach (var line in text.AsSpan().TrimStart('\ufeff').EnumerateLines())
        {
            number++;
            if (line.Length > LineCharsMax)
            {
                throw Wrong(number, string.Create(CultureInfo.InvariantCulture, $"a line has at most {LineCharsMax} characters"));
            }

            if (line.IsWhiteSpace() || line.TrimStart()[0] == '#')
            {
                continue;
            }

            string[] fields = [.. line.ToString().Split(line.Contains(';') ? ';' : ',').Select(field => field.Trim().Trim('"').Trim())];
            if (columns is null)
            {
                columns = Header(fields, number);
                continue;
            }

            string Field(int column) => columns[column] >= 0 && columns[column] < fields.Length ? fields[columns[column]] : "";
            if (fields.Length > columns.Length + Known.Length || Field(0).Length == 0)
            {
                throw Wrong(number, "it has no address, or more fields than the header names");
            }

            var said = Field(1).Length == 0 ? port : int.TryParse(Field(1), NumberStyles.None, CultureInfo.InvariantCulture, out var own) ? own
                : throw Wrong(number, $"'{Field(1)}' is no port");
            try
            {
                targets.AddRange(SurveyTargets.Parse(Field(0), said, Field(2).Length == 0 ? scheme : Field(2)).Select(target => target with
                {
                    Platform = Field(3) is { Length: > 0 } platform ? platform : null,
                    Account = Field(4) is { Length: > 0 } account ? account : null,
                }));
            }
            catch (FormatException error)
            {
                throw Wrong(number, error.Message);
            }

            if (targets.Count > SurveyTargets.MaxTargets)
            {
                throw Wrong(number, $"the list makes more than {SurveyTargets.MaxTargets} targets; survey it in parts");
            }
        }

        var twice = targets.GroupBy(target => target.Address, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Distinct().Skip(1).Any());
        return twice is not null ? throw new FormatException($"{twice.Key} is there twice with different accounts or platforms; keep one")
            : targets.Count == 0 ? throw new FormatException("the list names no host; its first line is a header such as address,port,platform,account")
            : [.. targets.Distinct()];
    }

    private static int[] Header(string[] fields, int line)
    {
        var unknown = fields.FirstOrDefault(field => !Known.Contains(field, StringComparer.OrdinalIgnoreCase));
        int[] columns = [.. Known.Select(name => Array.FindIndex(fields, field => string.Equals(field, name, StringComparison.OrdinalIgnoreCase)))];
        return unknown is not null ? throw Wrong(line, $"'{(unknown.Length > 40 ? unknown[..40] : unknown)}' is no column; the header names {string.Join(", ", Known)}, address at least")
            : columns[0] < 0 ? throw Wrong(line, "the header names no address")
            : columns;
    }

    private static FormatException Wrong(int line, string what) => new(string.Create(CultureInfo.InvariantCulture, $"line {line}: {what}"));
}
