using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>How long one BMC takes and how many it serves at a time, by its platform's behaviour.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class RequestGate(PlatformBehaviour behaviour, BmcSelf self, TimeProvider time)
{
    private readonly SemaphoreSlim? _slots = behaviour.Concurrency is { } most ? new SemaphoreSlim(most, most) : null;
    private int _requests;
    private int _waiting;

    /// <summary>Waits for a turn and for as long as this platform takes; then answers, unless the BMC is too busy.</summary>
    public async Task PassAsync(HttpContext context, string path, Func<HttpContext, string, Task> answer)
    {
        var number = Interlocked.Increment(ref _requests);
        if (behaviour.BusyShare > 0 && self.Share(unchecked((number * 2) + 900_001)) < behaviour.BusyShare)
        {
            await BmcReply.BusyAsync(context, 1, "the service is busy; ask again");
            return;
        }

        if (_slots is null)
        {
            await WaitAsync(number, path, context.RequestAborted);
            await answer(context, path);
            return;
        }

        if (Interlocked.Increment(ref _waiting) > behaviour.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            await BmcReply.BusyAsync(context, 5, $"more than {behaviour.MaxWaiting} requests wait");
            return;
        }

        try
        {
            await _slots.WaitAsync(context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            await WaitAsync(number, path, context.RequestAborted);
            await answer(context, path);
        }
        finally
        {
            _slots.Release();
        }
    }

    private Task WaitAsync(int number, string path, CancellationToken cancel)
    {
        var isLog = path.Contains("/LogServices/", StringComparison.Ordinal) && path.EndsWith("/Entries", StringComparison.Ordinal);
        var mean = isLog ? behaviour.LogSeconds ?? behaviour.MeanSeconds : behaviour.MeanSeconds;
        return mean <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(Seconds(mean, Math.Max(mean, behaviour.MaxSeconds), number)), time, cancel);
    }

    // Log-normal with the mean and, once in 5,000 requests (about a whole walk), the longest time that a capture of the platform took:
    // ln(max / mean) = 3.54 s - s²/2.
    private double Seconds(double mean, double max, int number)
    {
        const double Rare = 3.54;
        var ratio = Math.Min(Math.Log(max / mean), Rare * Rare / 2);
        var spread = Rare - Math.Sqrt((Rare * Rare) - (2 * ratio));
        var (u, v) = (1 - self.Share(unchecked(number * 2)), self.Share(unchecked((number * 2) + 1)));
        var normal = Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
        return Math.Min(max, mean * Math.Exp((spread * normal) - (spread * spread / 2)));
    }
}
