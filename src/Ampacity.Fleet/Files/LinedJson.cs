using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Ampacity.Fleet;

/// <summary>
/// Writes a <see cref="DataNode"/> as JSON in which every token stands on its own line of the YAML, so that whatever reads the JSON
/// reports the line that the author sees.
/// </summary>
internal sealed class LinedJson
{
    private readonly StringBuilder _json = new();
    private int _line = 1;

    private LinedJson()
    {
    }

    /// <summary>The JSON text.</summary>
    public static string Write(DataNode root)
    {
        var writer = new LinedJson();
        writer.Append(root);
        return writer._json.ToString();
    }

    /// <summary>The same as tokens that know their lines.</summary>
    public static JToken Load(DataNode root)
    {
        using var reader = new JsonTextReader(new StringReader(Write(root)))
        {
            DateParseHandling = DateParseHandling.None,
            MaxDepth = DataFile.MaxDepth + 1,
        };
        return JToken.Load(reader, new JsonLoadSettings { LineInfoHandling = LineInfoHandling.Load });
    }

    private void Append(DataNode node)
    {
        CatchUp(node.Line);
        switch (node.Kind)
        {
            case DataKind.Map:
                AppendMap(node);
                break;
            case DataKind.List:
                AppendList(node);
                break;
            case DataKind.Text:
                _json.Append(JsonConvert.ToString(node.Text));
                break;
            case DataKind.Null:
                _json.Append("null");
                break;
            case DataKind.Number when IsOverlong(node.Text):
                // As a fraction: the library reads a whole number of over 64 bits as a type of its own, on which its validation ends with an exception.
                _json.Append(node.Text).Append(".0");
                break;
            default:
                _json.Append(node.Text);
                break;
        }
    }

    private void AppendMap(DataNode map)
    {
        var separator = '{';
        foreach (var (key, member) in map.Members)
        {
            _json.Append(separator);
            CatchUp(member.KeyLine);
            _json.Append(JsonConvert.ToString(key)).Append(':');
            Append(member);
            separator = ',';
        }

        _json.Append(separator == '{' ? "{}" : "}");
    }

    private void AppendList(DataNode list)
    {
        var separator = '[';
        foreach (var item in list)
        {
            _json.Append(separator);
            Append(item);
            separator = ',';
        }

        _json.Append(separator == '[' ? "[]" : "]");
    }

    private static bool IsOverlong(string number) =>
        number.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && !long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private void CatchUp(int line)
    {
        if (line > _line)
        {
            _json.Append('\n', line - _line);
            _line = line;
        }
    }
}
