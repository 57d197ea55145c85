using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Scenarios;

/// <summary>
/// Two minutes of a rack's 71 BMCs with faults of all fourteen kinds: nothing is left at a BMC, every gap has its fault, the log shows no error. By command
/// <c>bench/Ampacity.Load</c> does it for hours, and judges memory closely.
/// </summary>
public sealed partial class SoakScenarioTests : IDisposable
{
    private const int Seconds = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-soak-").FullName;

    [Fact]
    public async Task A_rack_with_faults_is_read_without_a_leak_or_a_gap_that_no_fault_explains()
    {
        // A failing run says its seed and what was wrong.
        await using var run = AmpacityProcess.StartProgram(
            Checkout.Built("Ampacity.Load"),
            Checkout.Root,
            ["soak", "--seconds", Text(Seconds), "--data", _folder, "--seed", Text(Environment.TickCount & 0xFFFF), "--port", Text(Checkout.FreePort()), "--poll-interval", "2", "--program", Checkout.Executable]);
        await run.WaitForLineAsync("total:", TimeSpan.FromSeconds(Seconds) + AmpacityProcess.Patience);
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        Assert.DoesNotContain("WRONG", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await run.WaitForExitAsync()).ExitCode);

        // A run without faults, or one that read nothing back, would show nothing.
        var faults = Faults().Match(run.Output);
        Assert.True(faults.Success && Number(faults.Groups[1]) >= 28, run.Output);
        Assert.Equal("14", faults.Groups[2].Value);
        var total = Total().Match(run.Output);
        Assert.True(total.Success && Number(total.Groups[1]) >= 1_000, run.Output);

        // Not every seed makes a gap in two minutes, since streams go on where polls fail; faults that nobody met would show nothing either.
        var met = Met().Match(run.Output);
        Assert.True(met.Success && Number(met.Groups[1]) > 0 && Number(met.Groups[2]) > 0, run.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) faults of (\d+) kinds", RegexOptions.None, 1000)]
    private static partial Regex Faults();

    [GeneratedRegex(@"bodies read: \d+, failed: (\d+), changes seen: \d+, events kept: (\d+)", RegexOptions.None, 1000)]
    private static partial Regex Met();

    [GeneratedRegex(@"total: (\d+) series, (\d+) gaps, 0 unexplained, 0 other findings: clean", RegexOptions.None, 1000)]
    private static partial Regex Total();
}
