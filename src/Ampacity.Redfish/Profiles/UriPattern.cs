using System.Globalization;
using System.Text;

namespace Ampacity.Redfish;

/// <summary>
/// A path with captured numbers: <c>/redfish/v1/Chassis/HGX_GPU_{n}/Sensors/HGX_GPU_{n}_Power_0</c>. A name stands for one to six digits;
/// the same name twice must be the same digits.
/// </summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class UriPattern
{
    private const int MaxCaptures = 4;
    private readonly string[] _literals;
    private readonly int[] _captures;
    private readonly string[] _names;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">Braces do not match, two captures touch, a name is empty, or there are over four names.</exception>
    public UriPattern(string text)
    {
        Text = text;
        var literals = new List<string>();
        var captures = new List<int>();
        var names = new List<string>();
        var at = 0;
        while (true)
        {
            var open = text.IndexOf('{', at);
            var literal = open < 0 ? text[at..] : text[at..open];
            if (literal.Contains('}', StringComparison.Ordinal) || (literals.Count > 0 && open >= 0 && literal.Length == 0))
            {
                throw new FormatException($"pattern '{text}': braces do not match, or two captures touch");
            }

            literals.Add(literal);
            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf('}', open);
            var name = close < 0 ? "" : text[(open + 1)..close];
            if (name.Length == 0 || !name.All(char.IsAsciiLetterLower))
            {
                throw new FormatException($"pattern '{text}': a capture is a lower-case name in braces, such as {{n}}");
            }

            if (!names.Contains(name))
            {
                names.Add(name);
            }

            captures.Add(names.IndexOf(name));
            at = close + 1;
        }

        if (names.Count > MaxCaptures)
        {
            throw new FormatException($"pattern '{text}': more than {MaxCaptures} captures");
        }

        (_literals, _captures, _names) = ([.. literals], [.. captures], [.. names]);
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Names of the captures, in order of first use.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The template with its <c>{n}</c> replaced by what this pattern captures from a path, or null when the path is another.</summary>
    public string? Apply(ReadOnlySpan<char> path, string template)
    {
        Span<(int From, int Length)> found = stackalloc (int, int)[MaxCaptures];
        if (!TryMatch(path, found))
        {
            return null;
        }

        var text = new StringBuilder(template);
        for (var name = 0; name < _names.Length; name++)
        {
            text.Replace("{" + _names[name] + "}", path.Slice(found[name].From, found[name].Length).ToString());
        }

        return text.ToString();
    }

    /// <summary>The path that the pattern means for a number in place of every capture.</summary>
    public string Fill(int number)
    {
        var text = Text;
        foreach (var name in _names)
        {
            text = text.Replace("{" + name + "}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        return text;
    }

    private bool TryMatch(ReadOnlySpan<char> path, Span<(int From, int Length)> found)
    {
        found.Clear();
        if (!path.StartsWith(_literals[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = _literals[0].Length;
        for (var capture = 0; capture < _captures.Length; capture++)
        {
            var length = 0;
            while (length < 6 && at + length < path.Length && char.IsAsciiDigit(path[at + length]))
            {
                length++;
            }

            ref var slot = ref found[_captures[capture]];
            if (length == 0 || (slot.Length > 0 && !path.Slice(slot.From, slot.Length).SequenceEqual(path.Slice(at, length))))
            {
                return false;
            }

            slot = (at, length);
            at += length;
            if (!path[at..].StartsWith(_literals[capture + 1], StringComparison.Ordinal))
            {
                return false;
            }

            at += _literals[capture + 1].Length;
        }

        return at == path.Length;
    }
}
