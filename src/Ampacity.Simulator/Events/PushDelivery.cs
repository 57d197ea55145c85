using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Ampacity.Simulator;

/// <summary>Sends events to subscribers, of all BMCs: a few at a time, again when they are not taken, and never for ever unless asked to.</summary>
/// <remarks>
/// Any thread. Only loopback is sent to: who can reach a simulated BMC must not make it call others. Other destinations are taken, and are
/// as ones that never answer.
/// </remarks>
internal sealed class PushDelivery : IAsyncDisposable
{
    /// <summary>Attempts beside the first, as the event service says.</summary>
    public const int Retries = 3;

    /// <summary>Time between attempts, as the event service says.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    private const int Senders = 8;
    private const int MaxWaiting = 10_000;

    private readonly Channel<(PushSubscription To, byte[] Body)> _queue =
        Channel.CreateBounded<(PushSubscription, byte[])>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<Task> _retrying = [];
    private Task[]? _senders;

    public PushDelivery(TimeProvider time) => _time = time;

    /// <summary>Sends metric reports each second until the subscription ends.</summary>
    /// <param name="to">A subscription that wants them.</param>
    /// <param name="reports">Gives all reports as they are at the moment.</param>
    public void SendReports(PushSubscription to, Func<IEnumerable<byte[]>> reports)
    {
        lock (_gate)
        {
            _retrying.RemoveAll(task => task.IsCompleted);
            _retrying.Add(RunReportsAsync(to, reports));
        }
    }

    public void Send(PushSubscription to, JsonObject body) => Send(to, Encoding.UTF8.GetBytes(body.ToJsonString(LiveBody.Plain)));

    private void Send(PushSubscription to, byte[] body)
    {
        lock (_gate)
        {
            _senders ??= [.. Enumerable.Range(0, Senders).Select(_ => Task.Run(RunAsync, CancellationToken.None))];
        }

        _queue.Writer.TryWrite((to, body));
    }

    private async Task RunReportsAsync(PushSubscription to, Func<IEnumerable<byte[]>> reports)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            do
            {
                foreach (var report in reports())
                {
                    Send(to, report);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token) && !to.IsTerminated && !to.IsSuspended);
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.Writer.TryComplete();
        await Task.WhenAll(_senders ?? []);
        Task[] retrying;
        lock (_gate)
        {
            retrying = [.. _retrying];
        }

        await Task.WhenAll(retrying);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (to, body) in _queue.Reader.ReadAllAsync(_stop.Token))
            {
                if (!to.IsTerminated && !to.IsSuspended && !await TryAsync(to, body))
                {
                    lock (_gate)
                    {
                        _retrying.RemoveAll(task => task.IsCompleted);
                        _retrying.Add(RetryAsync(to, body));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    private async Task RetryAsync(PushSubscription to, byte[] body)
    {
        try
        {
            for (var attempt = 0; attempt < Retries || to.Policy == "RetryForever"; attempt++)
            {
                await Task.Delay(RetryInterval, _time, _stop.Token);
                if (to.IsTerminated || await TryAsync(to, body))
                {
                    return;
                }
            }

            if (to.Policy == "SuspendRetries")
            {
                to.Suspend();
            }
            else
            {
                to.Terminate();
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    private async Task<bool> TryAsync(PushSubscription to, byte[] body)
    {
        if (!to.Destination.IsLoopback)
        {
            return false;
        }

        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
            using var answer = await _http.PostAsync(to.Destination, content, _stop.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false; // nobody there or too slow: the retry policy decides
        }
    }
}
