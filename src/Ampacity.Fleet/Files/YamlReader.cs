using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ampacity.Fleet;

/// <summary>
/// Reads YAML's events into <see cref="DataNode"/>s, with every limit applied as the events come. Only what JSON can say is accepted:
/// no anchors, aliases, tags, merge keys or further documents, so a short file cannot stand for a long one.
/// </summary>
internal sealed class YamlReader
{
    private readonly string _file;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly List<FileError> _errors;
    private int _nodes;
    private int _depth;

    private YamlReader(string file, string text, List<FileError> errors)
    {
        _file = file;
        _errors = errors;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>The root, or null and at least one error.</summary>
    public static DataNode? Read(string file, string text, List<FileError> errors)
    {
        if (text.StartsWith('\uFEFF'))
        {
            text = text[1..];
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > DataFile.MaxBytes)
        {
            errors.Add(new(file, 1, "$", "too-long", Invariant(
                $"the file has {bytes} bytes; split it into files of at most {DataFile.MaxBytes} bytes")));
            return null;
        }

        if (!HasOnlyPrintable(file, text, errors))
        {
            return null;
        }

        try
        {
            return new YamlReader(file, text, errors).Document();
        }
        catch (YamlException e)
        {
            errors.Add(new(file, LineOf(e.Start), "$", "yaml-syntax", $"{Sentence(e.Message)}; check indentation, brackets and quotes here"));
        }
        catch (RefusedException e)
        {
            errors.Add(e.Error);
        }

        return null;
    }

    // YamlDotNet 18.1 answers some malformed text with these instead of a YamlException (found by the hostile-text test: "[1\nc: 3").
    private void Next()
    {
        try
        {
            _parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw NotYaml();
        }
    }

    private DataNode Document()
    {
        Next();
        Next();
        if (_parser.Current is not DocumentStart)
        {
            throw Refuse(1, "$", "empty-file", "the file says nothing; write at least its first key");
        }

        Next();
        var root = Node(null, "", 0);
        if (_parser.Current is DocumentEnd)
        {
            Next();
        }

        return _parser.Current is StreamEnd
            ? root
            : throw Refuse(LineOf(_parser.Current!.Start), "$", "many-documents", "a second document begins; write one document per file");
    }

    // Leaves the parser on the event after the node.
    private DataNode Node(DataNode? parent, string name, int keyLine)
    {
        var current = _parser.Current ?? throw NotYaml();
        var line = Math.Max(LineOf(current.Start), keyLine);
        if (++_nodes > DataFile.MaxNodes)
        {
            throw Refuse(line, "$", "too-many-values", Invariant($"more than {DataFile.MaxNodes} values; split the file"));
        }

        if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse(line, PathOf(parent, name), "no-anchors", "anchors and aliases are not read; write the value out");
        }

        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            throw Refuse(line, PathOf(parent, name), "no-tags", "tags such as !!str are not read; quote text, leave numbers plain");
        }

        switch (current)
        {
            case Scalar scalar:
                Next();
                return Value(parent, name, line, keyLine, scalar);
            case SequenceStart:
                return List(new(parent, name, DataKind.List, line) { KeyLine = keyLine == 0 ? line : keyLine });
            case MappingStart:
                return Map(new(parent, name, DataKind.Map, line) { KeyLine = keyLine == 0 ? line : keyLine });
            default:
                // YamlDotNet 18.1 gives an end where a node must be for some malformed text (found by the hostile-text test).
                throw NotYaml();
        }
    }

    private DataNode List(DataNode list)
    {
        Enter(list);
        while (_parser.Current is not SequenceEnd)
        {
            list.ItemStore.Add(Node(list, list.ItemStore.Count.ToString(CultureInfo.InvariantCulture), 0));
        }

        Leave();
        return list;
    }

    private DataNode Map(DataNode map)
    {
        Enter(map);
        while (_parser.Current is not MappingEnd)
        {
            var line = LineOf(_parser.Current!.Start);
            if (_parser.Current is not Scalar { Anchor.IsEmpty: true } key)
            {
                throw Refuse(line, map.Path, "key-not-text", "a key must be plain or quoted text on one line");
            }

            Check(key, map, key.Value, line);
            if (key is { Style: ScalarStyle.Plain, Value: "<<" })
            {
                throw Refuse(line, map.Path, "no-merge-keys", "merge keys (<<) are not read; write the members out");
            }

            Next();
            var member = Node(map, key.Value, line);
            if (!map.MemberStore.TryAdd(key.Value, member))
            {
                _errors.Add(new(_file, line, member.Path, "duplicate-key", Invariant(
                    $"'{key.Value}' stands here already, on line {map.MemberStore[key.Value].KeyLine}; keep one of them")));
                if (_errors.Count >= DataFile.MaxErrors)
                {
                    throw Refuse(line, "$", "too-many-errors", "too many errors; mend those above first");
                }
            }
        }

        Leave();
        return map;
    }

    private void Enter(DataNode node)
    {
        if (++_depth > DataFile.MaxDepth)
        {
            throw Refuse(node.Line, "$", "too-deep", Invariant($"more than {DataFile.MaxDepth} levels; no file kind needs that"));
        }

        Next();
    }

    private void Leave()
    {
        _depth--;
        Next();
    }

    private DataNode Value(DataNode? parent, string name, int line, int keyLine, Scalar scalar)
    {
        Check(scalar, parent, name, line);
        var kind = scalar.Style != ScalarStyle.Plain ? DataKind.Text : scalar.Value switch
        {
            "" or "~" or "null" => DataKind.Null,
            "true" or "false" => DataKind.Truth,
            _ => IsNumber(scalar.Value) ? DataKind.Number : DataKind.Text,
        };

        // 1e999 is written like a number but is none that can be computed with.
        if (kind == DataKind.Number && !double.IsFinite(double.Parse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture)))
        {
            throw Refuse(line, PathOf(parent, name), "number-too-big", "the number is beyond 1.8e308; write one that exists");
        }

        return new(parent, name, kind, line, scalar.Value) { KeyLine = keyLine == 0 ? line : keyLine };
    }

    // Escapes such as "\0" can bring in what the text itself did not hold.
    private void Check(Scalar scalar, DataNode? parent, string name, int line)
    {
        foreach (var c in scalar.Value)
        {
            if (!IsPrintable(c))
            {
                throw Refuse(line, PathOf(parent, Printable(name)), "control-character", Invariant(
                    $"an escape stands for the control character U+{(int)c:X4}; remove it"));
            }
        }
    }

    private static bool HasOnlyPrintable(string file, string text, List<FileError> errors)
    {
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var loneSurrogate = char.IsSurrogate(c)
                && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]));
            if (loneSurrogate || !IsPrintable(c))
            {
                errors.Add(new(file, line, "$", "control-character", Invariant(
                    $"the character U+{(int)c:X4} is not text; remove it, or save the file as UTF-8")));
                return false;
            }

            line += c == '\n' || (c == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')) ? 1 : 0;
        }

        return true;
    }

    // Also refused: bidirectional overrides, which show a reader another text than the program reads, and breaks that
    // only some programs count as lines (U+0085, U+2028, U+2029).
    private static bool IsPrintable(char c) => c is '\t' or '\n' or '\r'
        || !(c < ' ' || c is >= '\u007F' and <= '\u009F' || c is >= '\u2028' and <= '\u202E' || c is >= '\u2066' and <= '\u2069'
            || c is '\uFEFF' or '\uFFFE' or '\uFFFF');

    private static string Printable(string text) => string.Concat(text.Select(c => IsPrintable(c) ? c : '?'));

    private static string PathOf(DataNode? parent, string name) =>
        parent is null ? "$" : new DataNode(parent, name, DataKind.Null, 0).Path;

    private static int LineOf(in Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);

    private static string Sentence(string message) => message.TrimEnd('.', ' ');

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private RefusedException NotYaml() =>
        Refuse(LineOf(_scanner.CurrentPosition), "$", "yaml-syntax", "this is not YAML; check indentation, brackets and quotes here");

    private RefusedException Refuse(int line, string path, string rule, string hint) => new(new(_file, line, path, rule, hint));

    // JSON's number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?. So 05, +5, 0x1F, .5 and 1_000 are text.
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        text = text is ['-', ..] ? text[1..] : text;
        var whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[whole..];
        if (text is ['.', ..])
        {
            var fraction = Digits(text[1..]);
            if (fraction == 0)
            {
                return false;
            }

            text = text[(1 + fraction)..];
        }

        if (text is ['e' or 'E', ..])
        {
            text = text[1..];
            text = text is ['-' or '+', ..] ? text[1..] : text;
            return Digits(text) is var digits && digits > 0 && digits == text.Length;
        }

        return text.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private sealed class RefusedException(FileError error) : Exception(error.Hint)
    {
        public FileError Error { get; } = error;
    }
}
