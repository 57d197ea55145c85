using System.Text.RegularExpressions;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Runs a script of the language of prometheus/prometheus promql/promqltest.</summary>
internal sealed partial class ScriptRun
{
    private readonly List<(int Number, string Text)> _lines;
    private readonly List<LabelSet> _histogramSeries = [];
    private MemorySeriesReader _reader = new();
    private int _at;

    private ScriptRun(string text) => _lines = [.. text.Split('\n').Select((line, i) => (i + 1, line.Trim())).Where(l => !l.Item2.StartsWith('#'))];

    public int Passed { get; private set; }

    /// <summary>Evals that read a series with native histograms.</summary>
    public int Skipped { get; private set; }

    public List<string> Failures { get; } = [];

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

        if (line == "clear")
        {
            _reader = new MemorySeriesReader();
            _histogramSeries.Clear();
        }
        else if (LoadLine().Match(line) is { Success: true } load)
        {
            Load(load.Groups["step"].Value, load.Groups["nhcb"].Success);
        }
        else if (ScriptEval.TryParse(line, out var eval))
        {
            var expectations = TakeBlock();
            eval.Read(expectations);
            await EvaluateAsync(number, eval);
        }
        else
        {
            throw new FormatException($"line {number}: not a command: {line}");
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
            if (series.HasHistograms)
            {
                _histogramSeries.Add(series.Labels);
                continue;
            }

            if (withHistogramTwins)
            {
                _histogramSeries.Add(LabelSet.Of((LabelSet.MetricName, series.Labels.Name.EndsWith("_bucket", StringComparison.Ordinal) ? series.Labels.Name[..^7] : series.Labels.Name + "?")));
            }

            for (var i = 0; i < series.Points.Count; i++)
            {
                if (series.Points[i] is { } value)
                {
                    _reader.Add(series.Labels, i * stepMs, value);
                }
            }
        }
    }

    private async Task EvaluateAsync(int number, ScriptEval eval)
    {
        if (eval.ExpectsHistograms || ReadsHistograms(eval.Text))
        {
            Skipped++;
            return;
        }

        string? problem;
        try
        {
            var engine = new QueryEngine(_reader, new QueryEngineOptions { DelayedNameRemoval = true });
            var context = new QueryContext(SeriesScope.Whole);
            var result = eval.IsRange
                ? await engine.EvaluateRangeAsync(eval.Text, eval.StartMs, eval.EndMs, eval.StepMs, context, TestContext.Current.CancellationToken)
                : await engine.EvaluateInstantAsync(eval.Text, eval.StartMs, context, TestContext.Current.CancellationToken);
            problem = eval.Check(result);
        }
        catch (Exception error) when (error is PromQLSyntaxException or QueryException)
        {
            problem = eval.CheckFailure(error.Message);
        }

        if (problem is null)
        {
            Passed++;
        }
        else
        {
            Failures.Add($"line {number}: {eval.Text}: {problem}");
        }
    }

    private bool ReadsHistograms(string text)
    {
        try
        {
            return SelectorList.Of(PromQLParser.Parse(text)).Any(s => _histogramSeries.Exists(h => s.Matchers.All(m => m.Matches(h[m.Name]))));
        }
        catch (PromQLSyntaxException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^load(?<nhcb>_with_nhcb)?\s+(?<step>.+?)$")]
    private static partial Regex LoadLine();
}
