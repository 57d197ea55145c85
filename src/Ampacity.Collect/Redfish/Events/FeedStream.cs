using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Reads one open stream of a BMC into its inbox, until it ends or is closed.</summary>
internal sealed class FeedStream : IAsyncDisposable
{
    private readonly RedfishEvents _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    /// <param name="stream">Is closed with this.</param>
    /// <param name="format">What it carries.</param>
    /// <param name="opening">Which opening of the feed it is.</param>
    /// <param name="offer">Takes each frame, and at last why the stream ended.</param>
    /// <param name="time">Says when a frame came.</param>
    public FeedStream(RedfishEvents stream, EventFormat format, int opening, Action<Arrived> offer, TimeProvider time)
    {
        _stream = stream;
        _reading = ReadAsync(format, opening, offer, time);
    }

    /// <summary>Id of the newest frame, to be said when the stream is opened again; null before the first.</summary>
    public string? LastId { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _stream.DisposeAsync();
        await _reading;
        _closing.Dispose();
    }

    private async Task ReadAsync(EventFormat format, int opening, Action<Arrived> offer, TimeProvider time)
    {
        long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
        var why = "the BMC ended the stream";
        try
        {
            await foreach (var frame in _stream.ReadAsync(_closing.Token))
            {
                LastId = frame.Id.Length > 0 ? frame.Id : LastId;
                offer(new Arrived(format, NowMs(), EventBody.Read(frame.Data), frame.Data, null, opening));
            }
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            return; // closed by us: a read that is broken off ends in one of several ways
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            why = $"the stream broke: {e.Message}";
        }

        offer(new Arrived(format, NowMs(), null, [], why, opening));
    }
}
