using System.Text;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>A label value made of text and of other labels: <c>gpu{gpu}</c>, <c>{a}/{b}</c>.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class LabelTemplate
{
    private readonly (string Text, bool IsLabel)[] _pieces;

    private LabelTemplate((string, bool)[] pieces) => _pieces = pieces;

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace has no partner or a name is empty.</exception>
    public static LabelTemplate Parse(string text)
    {
        var pieces = new List<(string, bool)>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('{');
            if (open < 0)
            {
                pieces.Add((rest.ToString(), false));
                break;
            }

            var close = rest.IndexOf('}');
            if (close <= open + 1)
            {
                throw new FormatException($"label template {text}: a {{ needs a label's name and a }}");
            }

            if (open > 0)
            {
                pieces.Add((rest[..open].ToString(), false));
            }

            pieces.Add((rest[(open + 1)..close].ToString(), true));
            rest = rest[(close + 1)..];
        }

        return new LabelTemplate([.. pieces]);
    }

    /// <summary>The value for a series; empty if one of its labels is absent, so that no half-made name appears.</summary>
    public string Fill(LabelSet labels)
    {
        var value = new StringBuilder();
        foreach (var (text, isLabel) in _pieces)
        {
            var piece = isLabel ? labels[text] : text;
            if (piece.Length == 0)
            {
                return "";
            }

            value.Append(piece);
        }

        return value.ToString();
    }
}
