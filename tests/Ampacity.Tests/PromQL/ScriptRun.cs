using System.Text.RegularExpressions;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Runs a script of the language of prometheus/prometheus promql/promqltest; nothing that stands in one ends the run.</summary>
/// <remarks>Commands that ours has beside: <see cref="ScriptFleet"/>.</remarks>
internal sealed partial class ScriptRun
{
    private readonly List<(int Number, string Text)> _lines;
    private readonly List<LabelSet> _histogramSeries = [];
    private readonly List<LabelSet> _startedSeries = [];
    private bool _typed;
    private readonly ScriptFleet _fleet = new();
    private MemorySeriesReader _reader = new();
    private int _at;

    // A line of comment ends a block, as upstream.
    private ScriptRun(string text) => _lines = [.. text.Split('\n').Select((line, i) => (i + 1, line.Trim())).Select(l => (l.Item1, l.Item2.StartsWith('#') ? "" : l.Item2))];

    public int Passed { get; private set; }

    public int Total => Passed + Excused.Count + Failures.Count;

    /// <summary>Evals that do not pass because of what the engine does not have, each with that reason.</summary>
    public List<(string Eval, string Reason)> Excused { get; } = [];

    public List<string> Failures { get; } = [];

    /// <summary>Lines that are no command that is known.</summary>
    public List<string> Unknown { get; } = [];

    public static async Task<ScriptRun> RunAsync(string text)
    {
        var run = new ScriptRun(text);
        while (run._at < run._lines.Count)
        {
            await run.StepAsync();
        }

        return run;
    }

    private async Task StepAsync()
    {
        var (number, line) = _lines[_at++];
        if (line.Length == 0)
        {
            return;
        }

        try
        {
            if (line == "clear")
            {
                _reader = new MemorySeriesReader();
                _histogramSeries.Clear();
                _startedSeries.Clear();
                _typed = false;
            }
            else if (LoadLine().Match(line) is { Success: true } load)
            {
                Load(load.Groups["step"].Value, load.Groups["nhcb"].Success);
            }
            else if (ScriptEval.TryParse(line, out var eval))
            {
                eval.Read(TakeBlock());
                await EvaluateAsync(number, eval);
            }
            else if (line.StartsWith("eval", StringComparison.Ordinal))
            {
                throw new FormatException("an eval of a form that is not known");
            }
            else if (!_fleet.TryRead(line))
            {
                Unknown.Add($"line {number}: {line}");
                TakeBlock();
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or PromQLSyntaxException)
        {
            Failures.Add($"line {number}: {line}: cannot be read: {error.Message}");
            TakeBlock();
        }
    }

    private List<string> TakeBlock()
    {
        var block = new List<string>();
        while (_at < _lines.Count && _lines[_at].Text.Length > 0)
        {
            block.Add(_lines[_at++].Text);
        }

        return block;
    }

    private void Load(string step, bool withHistogramTwins)
    {
        var stepMs = ScriptEval.Milliseconds(step);
        foreach (var line in TakeBlock())
        {
            var series = ScriptSeries.Parse(line);
            if (series.HasHistograms || series.HasStarts)
            {
                (series.HasStarts ? _startedSeries : _histogramSeries).Add(series.Labels);
                continue;
            }

            _typed |= series.Labels["__type__"].Length + series.Labels["__unit__"].Length > 0;

            if (withHistogramTwins)
            {
                _histogramSeries.Add(LabelSet.Of((LabelSet.MetricName, series.Labels.Name.EndsWith("_bucket", StringComparison.Ordinal) ? series.Labels.Name[..^7] : series.Labels.Name + "?")));
            }

            for (var i = 0; i < series.Points.Count; i++)
            {
                if (series.Points[i] is { } value)
                {
                    _reader.Add(series.Labels, _fleet.BeganMs + (i * stepMs), value, _fleet.Quality);
                }
            }
        }
    }

    private async Task EvaluateAsync(int number, ScriptEval eval)
    {
        var where = $"line {number}: {eval.Text}";
        if (eval.ExpectsHistograms || Reads(_histogramSeries, eval.Text))
        {
            Excused.Add((where, "native histograms"));
            return;
        }

        string? problem;
        try
        {
            var engine = new QueryEngine(_fleet.Over(_reader), new QueryEngineOptions { DelayedNameRemoval = true });
            var context = new QueryContext(await _fleet.ScopeAsync(_reader));
            var token = TestContext.Current.CancellationToken;
            var result = eval.IsRange
                ? await engine.EvaluateRangeAsync(eval.Text, _fleet.BeganMs + eval.StartMs, _fleet.BeganMs + eval.EndMs, eval.StepMs, context, token)
                : await engine.EvaluateInstantAsync(eval.Text, _fleet.BeganMs + eval.StartMs, context, token);
            problem = eval.Check(result, _fleet.BeganMs);
        }
        catch (Exception error) when (error is PromQLSyntaxException or QueryException)
        {
            problem = eval.CheckFailure(error.Message);
        }

        if (problem is null)
        {
            Passed++;
        }
        else if (ScriptReasons.Of(eval.Text) is { } reason)
        {
            Excused.Add((where, reason));
        }
        else if (Reads(_startedSeries, eval.Text))
        {
            Excused.Add((where, "experimental: start timestamps"));
        }
        else if (_typed)
        {
            Excused.Add((where, "experimental: __type__ and __unit__ as part of the name"));
        }
        else if (_histogramSeries.Count > 0)
        {
            Excused.Add(($"{where}: {problem}", "in a block that loads native histograms"));
        }
        else
        {
            Failures.Add($"{where}: {problem}");
        }
    }

    private static bool Reads(List<LabelSet> series, string text)
    {
        try
        {
            return SelectorList.Of(PromQLParser.Parse(text)).Any(s => series.Exists(h => s.Matchers.All(m => m.Matches(h[m.Name]))));
        }
        catch (PromQLSyntaxException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^load(?<nhcb>_with_nhcb)?\s+(?<step>.+?)$")]
    private static partial Regex LoadLine();
}
