using System.Diagnostics;

namespace Ampacity.Load;

/// <summary>
/// SIGKILL at random moments, thousands of times: a checking writer over several connections, a real <c>ampacity serve</c>, and after each restart
/// everything is read back. No sample that was acknowledged may be lost, none invented, none altered by a bit.
/// </summary>
internal static class KillRun
{
    // Kills on one data folder; then it is checked as a whole and a new one is begun, so that starts stay fast.
    private const int KillsOfFolder = 50;

    // The files are read to the bit every so many kills.
    private const int KillsOfCheck = 10;

    /// <summary>Runs, prints a line for each folder and one at the end.</summary>
    /// <returns>0 when nothing was lost or invented, else 1; then the folder is kept.</returns>
    public static async Task<int> RunAsync(KillOptions options)
    {
        Console.WriteLine(FormattableString.Invariant($"seed {options.Seed}, {options.Lanes} lanes, {options.Program}"));
        var clock = Stopwatch.StartNew();
        var (left, folders) = (options.Count, 0);
        var total = new KillCounts();
        var gate = new Lock();
        var failed = false;

        async Task LaneAsync()
        {
            while (true)
            {
                int kills, folder;
                lock (gate)
                {
                    kills = failed ? 0 : Math.Min(KillsOfFolder, left);
                    left -= kills;
                    folder = folders++;
                }

                if (kills == 0 || clock.Elapsed.TotalSeconds > options.WithinSeconds)
                {
                    return;
                }

                var path = Path.Combine(options.Folder, FormattableString.Invariant($"kills-{options.Seed}-{folder}"));
                Directory.CreateDirectory(options.Folder);
                var lane = new KillLane(options, unchecked((options.Seed * 397) + folder), path);
                try
                {
                    await LivesAsync(lane, kills, () => clock.Elapsed.TotalSeconds > options.WithinSeconds);
                    Directory.Delete(path, recursive: true);
                }
                catch (Exception error) when (error is KillRunException or TaskCanceledException)
                {
                    // A request that was given up after ten minutes hangs; that is as bad as a loss.
                    failed = true;
                    Console.WriteLine(FormattableString.Invariant($"FAILED in {path} (kept) after {lane.Counts.Kills} kills, seed {options.Seed}: {error.Message}"));
                    return;
                }

                lock (gate)
                {
                    total += lane.Counts;
                    Console.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds,7:0} s  {lane.Counts}; lost 0, invented 0"));
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, options.Lanes).Select(_ => Task.Run(LaneAsync)));
        Console.WriteLine(FormattableString.Invariant($"total: {total}; {(failed ? "FAILED" : "lost 0, invented 0")}"));
        return failed ? 1 : 0;
    }

    private static async Task LivesAsync(KillLane lane, int kills, Func<bool> isOver)
    {
        for (var kill = 1; kill <= kills && !isOver(); kill++)
        {
            await lane.LiveAsync();
            if (kill % KillsOfCheck == 0)
            {
                await lane.CheckFilesAsync();
            }
        }

        await lane.CheckFilesAsync();
    }
}
