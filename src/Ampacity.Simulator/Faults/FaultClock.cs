namespace Ampacity.Simulator;

/// <summary>Brings conditions about when their time comes, so that subscribers are told though nobody reads.</summary>
/// <remarks>One loop for all BMCs; it sleeps until the next turn and ends after the last.</remarks>
internal sealed class FaultClock : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public FaultClock(BmcBoard board, BmcTime time, double speed)
    {
        var turns = board.Bmcs.Where(bmc => bmc.Faults is not null).SelectMany(bmc => bmc.Faults!.Turns.Select(turn => (turn, bmc)))
            .OrderBy(entry => entry.turn).ToList();
        _run = turns.Count == 0 ? Task.CompletedTask : RunAsync(turns, time, speed, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private static async Task RunAsync(List<(double Turn, SimulatedBmc Bmc)> turns, BmcTime time, double speed, CancellationToken cancel)
    {
        try
        {
            foreach (var (turn, bmc) in turns)
            {
                var wait = TimeSpan.FromSeconds((turn - time.SinceStart.TotalSeconds) / speed);
                while (wait > TimeSpan.Zero)
                {
                    var step = wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1); // timers hold 49 days
                    await Task.Delay(step, time.Wall, cancel);
                    wait -= step;
                }

                bmc.Refresh();
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }
}
