using System.Text;

namespace Ampacity.Cli;

/// <summary>The report of an import: to a file whole, on a screen wrapped to its width.</summary>
internal static class ImportReport
{
    /// <summary>Opens the report's file; null for none. Before the work, so that nothing is imported without the report that was asked for.</summary>
    /// <exception cref="RefusedException">It cannot be written.</exception>
    public static StreamWriter? Open(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: the report cannot be written: {error.Message}", null);
        }
    }

    /// <summary>A line, broken between words where a terminal ends, what follows indented; whole where nobody looks.</summary>
    public static void Wrapped(string text)
    {
        foreach (var line in Wrap(text, Screen.Width))
        {
            Screen.Line(line);
        }
    }

    /// <summary>The lines that a text takes at a width; a word that is longer than a line stays whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        const string Indent = "    ";
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > Indent.Length && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append(Indent);
            }
            else if (line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(word);
        }

        yield return line.ToString();
    }
}
