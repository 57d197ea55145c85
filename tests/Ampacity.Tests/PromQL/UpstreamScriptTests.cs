namespace Ampacity.Tests;

/// <summary>Holds the engine to Prometheus' own scripts, which are not part of this repository; any that lie in the folder are run.</summary>
public sealed class UpstreamScriptTests(ITestOutputHelper output)
{
    private static string? Folder => Environment.GetEnvironmentVariable("AMPACITY_PROMQL_TESTS") ?? RepositoryFolder.TestData("promql");

    public static TheoryData<string> Files() => Folder is { } folder && Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*.test").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
        : ["*.test"];

    /// <summary>Every eval passes that uses no experimental syntax and reads no native histogram; the others are told, each with its reason.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_stable_eval_of_an_upstream_script_passes(string file)
    {
        if (Folder is null || !File.Exists(Path.Combine(Folder, file)))
        {
            Assert.Skip($"no {file}: set AMPACITY_PROMQL_TESTS to a copy of prometheus/prometheus promql/promqltest/testdata");
        }

        var run = await ScriptRun.RunAsync(await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken));
        var report = new List<string> { $"{file}: {run.Passed}/{run.Total} evals pass" };
        report.AddRange(run.Excused.GroupBy(one => one.Reason).OrderByDescending(group => group.Count()).Select(group => $"  {group.Count()} not: {group.Key}"));
        report.AddRange(run.Unknown.Select(line => $"  not a command that is known: {line}"));
        report.AddRange(run.Excused.Select(one => $"  {one.Eval} ({one.Reason})"));
        report.AddRange(run.Failures.Select(failure => $"  FAILED {failure}"));
        output.WriteLine(string.Join('\n', report));
        if (Environment.GetEnvironmentVariable("AMPACITY_PROMQL_REPORT") is { Length: > 0 } folder)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, file + ".txt"), report, TestContext.Current.CancellationToken);
        }

        Assert.True(run.Failures.Count == 0, $"{file}: {run.Passed}/{run.Total} evals pass:\n{string.Join('\n', run.Failures)}");
        Assert.True(run.Total > 0 || run.Unknown.Count > 0, $"{file} holds no eval");
    }

    [Fact]
    public async Task A_script_of_another_language_is_told_and_ends_nothing()
    {
        var run = await ScriptRun.RunAsync("""
            dance at dawn
              with drums

            load 1m
              a 1 2 3

            load never
              b 1

            eval sometimes at 1m a
              a 2

            eval instant at 1m a
              expect miracles

            eval instant at 1m a
              a 2

            eval instant at 1m limitk(1, a)
              a 2

            eval instant at 1m a
              a 3
            """);
        Assert.Equal("line 1: dance at dawn", Assert.Single(run.Unknown));
        Assert.Equal(1, run.Passed);
        Assert.Equal("experimental: limitk", Assert.Single(run.Excused).Reason);
        Assert.Equal([7, 10, 13, 22], run.Failures.Select(failure => int.Parse(failure.Split(' ')[1].TrimEnd(':'), System.Globalization.CultureInfo.InvariantCulture)));
    }
}
