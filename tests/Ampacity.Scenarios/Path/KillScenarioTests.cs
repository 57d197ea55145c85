using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Scenarios;

/// <summary>
/// SIGKILL at random moments while four connections write, seal and start up: what was acknowledged is there afterwards, nothing else is, and
/// all of it to the bit. A minute's worth of what <c>bench/Ampacity.Load</c> does by the thousand.
/// </summary>
public sealed partial class KillScenarioTests : IDisposable
{
    private const int Seconds = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-kill-").FullName;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_at_kill_nine()
    {
        // A failing run says its seed; the folder of a test goes with it.
        var seed = Environment.TickCount;
        await using var run = AmpacityProcess.StartProgram(
            Checkout.Built("Ampacity.Load"),
            _folder,
            ["kills", "--count", "1000", "--within", Text(Seconds), "--seconds", "1", "--data", _folder, "--seed", Text(seed), "--program", Checkout.Executable]);
        await run.WaitForLineAsync("total:", TimeSpan.FromSeconds(Seconds) + AmpacityProcess.Patience);
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        Assert.DoesNotContain("FAILED", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await run.WaitForExitAsync()).ExitCode);

        // A run that killed nothing, or a server that kept nothing, would show nothing.
        var total = Total().Match(run.Output);
        Assert.True(total.Success, run.Output);
        Assert.True(Number(total.Groups[1]) >= 5, $"only {total.Groups[1]} kills in {Seconds} s:\n{run.Output}");
        Assert.True(Number(total.Groups[2]) >= 1000, $"only {total.Groups[2]} samples acknowledged:\n{run.Output}");
        Assert.True(Number(total.Groups[3]) >= 2, $"only {total.Groups[3]} segments of the journal were packed:\n{run.Output}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"total: (\d+) kills .* (\d+) acknowledged.* (\d+) segments packed.*lost 0, invented 0", RegexOptions.None, 1000)]
    private static partial Regex Total();
}
