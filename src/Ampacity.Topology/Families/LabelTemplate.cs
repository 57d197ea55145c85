using System.Text;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// A label value made of text and of other labels: <c>gpu{gpu}</c>, <c>{a}/{b}</c>. <c>{a|b}</c> is the first of them that is there, as an exporter
/// may have renamed a label; <c>{a:number}</c> the number that the value ends in: 0 of <c>GPU_0</c>.
/// </summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class LabelTemplate
{
    private const string Number = ":number";

    private readonly (string[] Names, Piece Kind)[] _pieces;

    private LabelTemplate((string[], Piece)[] pieces) => _pieces = pieces;

    private enum Piece
    {
        Text,
        Label,
        NumberOfLabel,
    }

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace has no partner or a name is empty.</exception>
    public static LabelTemplate Parse(string text)
    {
        var pieces = new List<(string[], Piece)>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('{');
            if (open < 0)
            {
                pieces.Add(([rest.ToString()], Piece.Text));
                break;
            }

            var close = rest.IndexOf('}');
            if (close <= open + 1)
            {
                throw new FormatException($"label template {text}: a {{ needs a label's name and a }}");
            }

            if (open > 0)
            {
                pieces.Add(([rest[..open].ToString()], Piece.Text));
            }

            var label = rest[(open + 1)..close].ToString();
            var isNumber = label.EndsWith(Number, StringComparison.Ordinal);
            var names = (isNumber ? label[..^Number.Length] : label).Split('|');
            pieces.Add(names.Contains("")
                ? throw new FormatException($"label template {text}: a label's name is empty in {{{label}}}")
                : (names, isNumber ? Piece.NumberOfLabel : Piece.Label));
            rest = rest[(close + 1)..];
        }

        return new LabelTemplate([.. pieces]);
    }

    /// <summary>The value for a series; empty if one of its labels is absent, so that no half-made name appears.</summary>
    public string Fill(LabelSet labels)
    {
        var value = new StringBuilder();
        foreach (var (names, kind) in _pieces)
        {
            var piece = kind == Piece.Text ? names[0] : "";
            for (var i = 0; kind != Piece.Text && i < names.Length && piece.Length == 0; i++)
            {
                piece = kind == Piece.Label ? labels[names[i]] : EndNumber(labels[names[i]]);
            }

            if (piece.Length == 0)
            {
                return "";
            }

            value.Append(piece);
        }

        return value.ToString();
    }

    private static string EndNumber(string value)
    {
        var from = value.Length;
        while (from > 0 && char.IsAsciiDigit(value[from - 1]))
        {
            from--;
        }

        return value[from..];
    }
}
