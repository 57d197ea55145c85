using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Something that came by event, or the end of a stream.</summary>
/// <param name="Format">What it came by.</param>
/// <param name="AtMs">When, by our clock, UTC milliseconds.</param>
/// <param name="Body">What it is; null for the end of a stream.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Ended">Why the stream ended; null where it did not.</param>
/// <param name="Opening">Which opening of the feed it is of.</param>
internal sealed record Arrived(EventFormat Format, long AtMs, EventBody? Body, byte[] Bytes, string? Ended, int Opening);

/// <summary>Bytes that may wait in all inboxes together.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class InboxRoom(long maxBytes)
{
    private long _used;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= maxBytes)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref _used, -bytes);
}

/// <summary>What one BMC sent and no turn has taken yet, in order.</summary>
/// <remarks>Any thread offers, one takes. What does not fit is dropped and counted: a poll reads it again.</remarks>
internal sealed class EventInbox(InboxRoom room)
{
    /// <summary>Most that wait of one BMC: more than its turn takes in seconds is a flood.</summary>
    public const int MaxWaiting = 64;

    private readonly Lock _gate = new();
    private Queue<Arrived>? _waiting;
    private int _count;
    private long _dropped;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Bodies dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds; false where it does not fit. The end of a stream always does.</summary>
    public bool Offer(Arrived arrived)
    {
        lock (_gate)
        {
            if (arrived.Ended is null && (_count >= MaxWaiting || !room.TryTake(arrived.Bytes.Length)))
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            (_waiting ??= new Queue<Arrived>(4)).Enqueue(arrived);
            Volatile.Write(ref _count, _count + 1);
            return true;
        }
    }

    public Arrived? Take()
    {
        lock (_gate)
        {
            if (_waiting is null || !_waiting.TryDequeue(out var arrived))
            {
                return null;
            }

            Volatile.Write(ref _count, _count - 1);
            if (arrived.Ended is null)
            {
                room.Give(arrived.Bytes.Length);
            }

            return arrived;
        }
    }
}
