using System.Text.RegularExpressions;

namespace Ampacity.Scenarios;

/// <summary>
/// A document's <c>console</c> blocks: lines that begin with <c>$ </c> are commands, the lines below each what it prints. A line of
/// <c>…</c> alone stands for any lines, <c>…</c> inside a line for any text; runs of spaces are one.
/// </summary>
internal static class Transcript
{
    public static IReadOnlyList<(string Command, IReadOnlyList<string> Expected)> Read(string document)
    {
        var steps = new List<(string, List<string>)>();
        var inside = false;
        foreach (var line in document.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line.Trim() == "```console";
            }
            else if (inside && line.StartsWith("$ ", StringComparison.Ordinal))
            {
                steps.Add((line[2..], []));
            }
            else if (inside)
            {
                steps[^1].Item2.Add(line);
            }
        }

        return [.. steps.Select(step => (step.Item1, (IReadOnlyList<string>)step.Item2))];
    }

    public static bool Matches(IReadOnlyList<string> expected, string output)
    {
        var pattern = string.Concat(expected.Select(line => line.Trim() == "…"
            ? @"(?:[^\n]*\n)*?"
            : string.Join("[^\\n]*?", Squeeze(line).Split('…').Select(Regex.Escape)) + "\n"));
        return Regex.IsMatch(Squeeze(output), $@"\A{pattern}\z", RegexOptions.None, TimeSpan.FromSeconds(5));
    }

    private static string Squeeze(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
