using System.Globalization;

namespace Ampacity.Scenarios;

/// <summary>Applying files as whole processes do: killed in the middle, two at once, a file of gigabytes.</summary>
public sealed class ApplyScenarioTests : IDisposable
{
    /// <summary>Kills in one run: what a change can wait for.</summary>
    private const int Kills = 4;

    private static readonly string OneRack = Path.Combine(Checkout.Root, "examples", "one-rack.yaml");
    private static readonly string Hall = Path.Combine(Checkout.Root, "examples", "hall-300.yaml");
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-apply-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_apply_leaves_the_old_state_whole_or_the_new_one()
    {
        Assert.Equal(0, (await RunAsync("apply", OneRack)).ExitCode);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var whole = 0;
        for (var kill = 0; kill < Kills && whole == 0; kill++)
        {
            await using (var apply = AmpacityProcess.Start(_folder, "apply", Hall, "--data", "data"))
            {
                // The moment is random: before the plan, in it, in the transaction or after it.
                await Task.Delay(random.Next(100, 4_000), TestContext.Current.CancellationToken);
                await apply.KillAsync();
            }

            // Old or new, never between: 1 rack, or 301.
            var counted = await RunAsync("count", "--by", "site");
            Assert.True(counted.ExitCode == 0, $"{counted.Errors} (seed {seed})");
            var racks = int.Parse(counted.Output.Split('\n').Single(line => line.StartsWith("total", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            Assert.True(racks is 1 or 301, $"{racks} racks after a kill (seed {seed})");
            Assert.Equal(racks == 301 ? 2 : 1, (await RunAsync("history")).Output.Split('\n').Count(line => line.StartsWith("change_", StringComparison.Ordinal)));
            whole += racks == 301 ? 1 : 0;
        }

        Assert.Equal(0, (await RunAsync("apply", Hall)).ExitCode);
        Assert.Equal(0, (await RunAsync("diff", Hall, OneRack)).ExitCode);
    }

    [Fact]
    public async Task Of_two_processes_that_open_one_folder_one_wins_and_the_other_is_told()
    {
        Assert.Equal(0, (await RunAsync("apply", OneRack)).ExitCode);
        var both = await Task.WhenAll(
            RunAsync("set", "site/hall/r01/01", "note=first", "--reason", "a"), RunAsync("set", "site/hall/r01/01", "note=second", "--reason", "b"));

        // In turn or at once: what succeeded is there, and who did not was told why.
        var won = both.Count(result => result.ExitCode == 0);
        Assert.True(won >= 1, string.Join("\n", both.Select(result => result.Errors)));
        Assert.All(both.Where(result => result.ExitCode != 0), result => Assert.NotEmpty(result.Errors));
        Assert.Equal(1 + won, (await RunAsync("history")).Output.Split('\n').Count(line => line.StartsWith("change_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_of_gigabytes_is_refused_before_it_is_in_memory()
    {
        var bomb = Path.Combine(_folder, "bomb.yaml");
        await using (var file = File.Create(bomb))
        {
            await file.WriteAsync("ampacity: 1\nowns: site/hall\nnote: "u8.ToArray(), TestContext.Current.CancellationToken);

            // Zeros that no disk holds.
            file.SetLength(2L << 30);
        }

        var refused = await RunAsync("apply", bomb);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("bomb.yaml:1: $: the file has more than 16 MiB; split it", refused.Errors);
        Assert.Contains("[too-long]", refused.Errors);
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [Fact]
    public async Task What_an_export_writes_is_no_difference_and_csv_neither()
    {
        Assert.Equal(0, (await RunAsync("apply", OneRack, Hall)).ExitCode);
        foreach (var place in (string[])["site/hall", "example/h1"])
        {
            Assert.Equal(0, (await RunAsync("export", place, "--output", "out.yaml")).ExitCode);
            var diff = await RunAsync("diff", "out.yaml");
            Assert.True(diff.ExitCode == 0, $"{place}: {diff.Output}{diff.Errors}");
        }

        foreach (var kind in (string[])["racks", "assets", "placements", "feeds"])
        {
            Assert.Equal(0, (await RunAsync("export", "--csv", kind, "--output", $"{kind}.csv")).ExitCode);
            var import = await RunAsync("import", "csv", $"{kind}.csv", "--dry-run");
            Assert.True(import.ExitCode == 0, $"{kind}: {import.Output}{import.Errors}");
        }
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => AmpacityProcess.RunAsync(_folder, null, [.. arguments, "--data", "data"]);
}
