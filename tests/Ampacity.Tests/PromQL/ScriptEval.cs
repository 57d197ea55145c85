using System.Text.RegularExpressions;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>One eval of a script, and what it expects.</summary>
internal sealed partial class ScriptEval
{
    private readonly List<(string Kind, string Sort, string Pattern)> _expectations = [];
    private readonly List<ScriptSeries> _series = [];
    private string? _text;
    private double? _scalar;
    private bool _ordered;
    private (long FromMs, long StepMs)? _vector;

    public required string Text { get; init; }

    public required bool IsRange { get; init; }

    public required long StartMs { get; init; }

    public required long EndMs { get; init; }

    public required long StepMs { get; init; }

    public bool ExpectsHistograms { get; private set; }

    private bool ExpectsFailure => _expectations.Exists(e => e.Kind == "fail");

    public static bool TryParse(string line, out ScriptEval eval)
    {
        eval = null!;
        if (InstantLine().Match(line) is { Success: true } instant)
        {
            var atMs = instant.Groups["at"].Success ? Milliseconds(instant.Groups["at"].Value) : 0;
            eval = new ScriptEval { Text = instant.Groups["text"].Value, IsRange = false, StartMs = atMs, EndMs = atMs, StepMs = 1 };
            eval.AddMode(instant.Groups["mode"].Value);
        }
        else if (RangeLine().Match(line) is { Success: true } range)
        {
            eval = new ScriptEval
            {
                Text = range.Groups["text"].Value,
                IsRange = true,
                StartMs = Milliseconds(range.Groups["from"].Value),
                EndMs = Milliseconds(range.Groups["to"].Value),
                StepMs = Milliseconds(range.Groups["step"].Value),
            };
            eval.AddMode(range.Groups["mode"].Value);
        }

        return eval is not null;
    }

    public static long Milliseconds(string text) => DurationText.TryParse(text.TrimStart('-'), out var durationMs)
        ? (text[0] == '-' ? -durationMs : durationMs)
        : (long)Math.Round(ScriptSeries.Number(text) * 1000);

    public void Read(List<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.StartsWith("expect ", StringComparison.Ordinal))
            {
                AddExpectation(line["expect ".Length..].Trim());
            }
            else if (char.IsAsciiDigit(line[0]) || line[0] is '-' or '+' or '.' || Special().IsMatch(line))
            {
                _scalar = ScriptSeries.Number(line.Split(' ')[0]);
            }
            else if (line.StartsWith("{{", StringComparison.Ordinal))
            {
                ExpectsHistograms = true;
            }
            else
            {
                _series.Add(ScriptSeries.Parse(line));
                ExpectsHistograms |= _series[^1].HasHistograms;
            }
        }
    }

    public string? CheckFailure(string message) => !ExpectsFailure ? $"failed: {message}"
        : _expectations.Where(e => e.Kind == "fail").All(e => Matches(e, message)) ? null
        : $"failed as expected, but said: {message}";

    public string? Check(QueryResult result, long beganMs)
    {
        if (ExpectsFailure)
        {
            return "should have failed";
        }

        foreach (var expectation in _expectations)
        {
            var notes = expectation.Kind.EndsWith("warn", StringComparison.Ordinal) ? result.Warnings : result.Infos;
            var met = expectation.Kind.StartsWith("no_", StringComparison.Ordinal) ? notes.Count == 0 : notes.Any(n => Matches(expectation, n));
            if (expectation.Kind is "warn" or "info" or "no_warn" or "no_info" && !met)
            {
                return $"expected {expectation.Kind} {expectation.Pattern}, got [{string.Join("; ", notes)}]";
            }
        }

        if (_text is not null)
        {
            return result.Text == _text ? null : $"expected \"{_text}\", got \"{result.Text}\"";
        }

        if (_scalar is { } scalar)
        {
            return result.Kind == QueryResultKind.Scalar && Close(scalar, result.Values.Span[0]) ? null : $"expected {scalar}, got {Print(result)}";
        }

        return IsRange || _series.Exists(s => s.Points.Count > 1) || result.Kind == QueryResultKind.Matrix ? CheckMatrix(result, beganMs) : CheckVector(result);
    }

    private string? CheckVector(QueryResult result)
    {
        if (result.Labels.Count != _series.Count)
        {
            return $"expected {_series.Count} series, got {Print(result)}";
        }

        for (var i = 0; i < _series.Count; i++)
        {
            var at = _ordered ? i : IndexOf(result, _series[i].Labels);
            if (at < 0 || !result.Labels[at].Equals(_series[i].Labels) || !Close(_series[i].Points[0]!.Value, result.ValuesOf(at)[0]))
            {
                return $"expected {_series[i].Labels} {_series[i].Points[0]}{(_ordered ? $" at {i}" : "")}, got {Print(result)}";
            }
        }

        return null;
    }

    private string? CheckMatrix(QueryResult result, long beganMs)
    {
        var (fromMs, stepMs) = _vector ?? (StartMs, StepMs);
        if (result.Labels.Count != _series.Count)
        {
            return $"expected {_series.Count} series, got {Print(result)}";
        }

        foreach (var series in _series)
        {
            var at = IndexOf(result, series.Labels);
            var expected = series.Points.Select((value, i) => (TimeMs: beganMs + fromMs + (i * stepMs), value)).Where(p => p.value is not null).ToList();
            if (at < 0 || result.ValuesOf(at).Length != expected.Count)
            {
                return $"expected {series.Labels} with {expected.Count} points, got {Print(result)}";
            }

            for (var i = 0; i < expected.Count; i++)
            {
                if (((IsRange || _vector is not null) && result.TimestampsOf(at)[i] != expected[i].TimeMs) || !Close(expected[i].value!.Value, result.ValuesOf(at)[i]))
                {
                    return $"expected {series.Labels} {expected[i].value} at {expected[i].TimeMs}, got {Print(result)}";
                }
            }
        }

        return null;
    }

    private static int IndexOf(QueryResult result, LabelSet labels)
    {
        for (var i = 0; i < result.Labels.Count; i++)
        {
            if (result.Labels[i].Equals(labels))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Close(double expected, double actual) => double.IsNaN(expected) ? double.IsNaN(actual)
        : expected.Equals(actual) || expected == actual
        || (double.IsFinite(actual) && Math.Abs(expected - actual) < 1e-6 * Math.Min(double.MaxValue, Math.Abs(expected) + Math.Abs(actual)));

    private static string Print(QueryResult result) => result.Text + string.Join(" | ",
        Enumerable.Range(0, result.Labels.Count).Take(12).Select(i => $"{result.Labels[i]} {string.Join(' ', result.ValuesOf(i).ToArray())}"));

    private void AddMode(string mode)
    {
        if (mode.Length > 0)
        {
            AddExpectation(mode);
        }
    }

    private void AddExpectation(string text)
    {
        if (text.StartsWith("string ", StringComparison.Ordinal))
        {
            var literal = (StringLiteral)PromQLParser.Parse(text["string ".Length..]);
            _text = literal.Value;
            return;
        }

        if (VectorLine().Match(text) is { Success: true } vector)
        {
            _vector = (Milliseconds(vector.Groups["from"].Value), Milliseconds(vector.Groups["step"].Value));
            return;
        }

        var match = ExpectLine().Match(text);
        if (match.Groups["kind"].Value is not ("ordered" or "fail" or "warn" or "info" or "no_warn" or "no_info"))
        {
            throw new FormatException($"expect {text}: not an expectation that is known");
        }

        _ordered |= match.Groups["kind"].Value == "ordered";
        _expectations.Add((match.Groups["kind"].Value, match.Groups["sort"].Value, match.Groups["pattern"].Value.Trim()));
    }

    private static bool Matches((string Kind, string Sort, string Pattern) expectation, string message) => expectation.Sort switch
    {
        "msg" => message.Contains(expectation.Pattern, StringComparison.Ordinal),
        "regex" => Regex.IsMatch(message, expectation.Pattern, RegexOptions.NonBacktracking),
        _ => true,
    };

    [GeneratedRegex(@"^eval(?:_(?<mode>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?<at>\S+)\s+)?(?<text>.+)$")]
    private static partial Regex InstantLine();

    [GeneratedRegex(@"^eval(?:_(?<mode>fail|warn|info))?\s+range\s+from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+)\s+(?<text>.+)$")]
    private static partial Regex RangeLine();

    [GeneratedRegex(@"^(?<kind>\w+)(?:\s+(?<sort>msg|regex):(?<pattern>.*))?")]
    private static partial Regex ExpectLine();

    [GeneratedRegex(@"^range\s+vector\s+from\s+(?<from>\S+)\s+to\s+\S+\s+step\s+(?<step>\S+)$")]
    private static partial Regex VectorLine();

    [GeneratedRegex("^(?:nan|inf)$", RegexOptions.IgnoreCase)]
    private static partial Regex Special();
}
