namespace Ampacity.Collect;

/// <summary>Headers for requests of ours, as a file or a variable holds them: <c>Name: value</c> a line; empty lines and those with # are passed over.</summary>
public static class HeaderLines
{
    /// <summary>Most headers; guessed: one for who asks and one for what tenant are usual.</summary>
    public const int MaxHeaders = 32;

    // Said by the protocol, or by the connection itself.
    private static readonly string[] Ours = ["Content-Type", "Content-Encoding", "Content-Length", "Host", "Transfer-Encoding", "Connection"];

    /// <summary>Reads the lines. What they hold is secret: no error repeats it.</summary>
    /// <exception cref="FormatException">A line is none; says which and why.</exception>
    public static IReadOnlyList<(string Name, string Value)> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var headers = new List<(string, string)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var said = line.Trim();
            if (said.Length == 0 || said[0] == '#')
            {
                continue;
            }

            var colon = said.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : said[..colon].Trim();
            var value = colon < 0 ? "" : said[(colon + 1)..].Trim();
            if (name.Length == 0 || value.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) || value.Any(char.IsControl))
            {
                throw new FormatException($"line {number} is no header: say a name, a colon and a value, as Authorization: Bearer …");
            }

            if (Ours.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException($"line {number}: {name} is set by Ampacity itself; leave it out");
            }

            headers.Add(headers.Count < MaxHeaders ? (name, value) : throw new FormatException($"line {number}: there are over {MaxHeaders} headers"));
        }

        return headers;
    }
}
