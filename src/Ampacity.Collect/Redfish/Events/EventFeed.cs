using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>
/// Where one thing that a BMC may send stands: which way is tried, whether it is open, whether anything comes, and when to try again. Decides;
/// does nothing and asks no clock.
/// </summary>
/// <remarks>
/// One thread at a time; <see cref="State"/> from any. A way that the BMC does not have, or that failed five times in a row, gives way to the next
/// of the profile; after the last everything is polled, and tried again hours later.
/// </remarks>
internal sealed class EventFeed(EventFormat format, IReadOnlyList<ProfileDelivery> ways, string key)
{
    /// <summary>Failures in a row after which a way is given up for the next (NVIDIA's infra-controller: five).</summary>
    public const int FailuresOfAWay = 5;

    /// <summary>How long a BMC that sends nothing by any way is left to polls. New firmware begins anew sooner.</summary>
    public static readonly TimeSpan Given = TimeSpan.FromHours(6);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private volatile ReadingWayState _state = new(ReadingWay.Poll, DateTimeOffset.UnixEpoch, ways.Count == 0 ? "the platform's profile names no way that holds" : "not tried yet");
    private BackOff _backOff;
    private int _way;

    public EventFormat Format => format;

    /// <summary>How it is read now.</summary>
    public ReadingWayState State => _state;

    /// <summary>The way that is open or to be tried; null where there is none.</summary>
    public ProfileDelivery? Way => _way < ways.Count ? ways[_way] : null;

    /// <summary>Whether a stream or a subscription stands.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When to try next, UTC milliseconds; far away while it is open, or where there is no way.</summary>
    public long NextTryMs { get; private set; } = long.MaxValue;

    /// <summary>Begins: the first try comes after the first poll, at a moment of its own.</summary>
    public void Begin(long nowMs)
    {
        Turn(ReadingWay.Poll, nowMs, _state.Why);
        NextTryMs = ways.Count == 0 ? long.MaxValue : nowMs + 1_000 + (long)(PollPhase.Hash(key) % 15_000);
    }

    /// <summary>A stream or a subscription stands. Alerts come by it from now on; reports when the first has come.</summary>
    public void Opened(long nowMs)
    {
        (IsOpen, NextTryMs) = (true, long.MaxValue);
        if (format == EventFormat.Alerts)
        {
            Heard(nowMs);
        }
        else
        {
            Turn(ReadingWay.Poll, nowMs, $"the {Word} is open, nothing has come by it yet");
        }
    }

    /// <summary>Something came, or may come at any time.</summary>
    public void Heard(long nowMs)
    {
        _backOff = default;
        if (IsOpen && _state.Way == ReadingWay.Poll)
        {
            Turn(Way == ProfileDelivery.Push ? ReadingWay.Push : ReadingWay.Stream, nowMs, "");
        }
    }

    /// <summary>What should have come did not: it is polled again, though the way still stands.</summary>
    public void Late(long nowMs, string what) => Turn(ReadingWay.Poll, nowMs, $"late: {what} did not come by the {Word}");

    /// <summary>The way is gone, or could not be opened: polled, and tried again after a step of the back-off.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="why">In words.</param>
    /// <param name="atLeast">How long the BMC asks to be left alone.</param>
    public void Ended(long nowMs, string why, TimeSpan? atLeast = null)
    {
        _backOff = _backOff.Failed();
        if (_backOff.Failures >= FailuresOfAWay)
        {
            Unavailable(nowMs, $"{why}; {FailuresOfAWay} times in a row");
            return;
        }

        IsOpen = false;
        Turn(ReadingWay.Poll, nowMs, why);
        var wait = _backOff.Delay(FirstWait, LongestWait, key);
        NextTryMs = nowMs + (long)(atLeast > wait ? atLeast.Value : wait).TotalMilliseconds;
    }

    /// <summary>The BMC does not have this way: the next is tried at once; after the last, none for hours.</summary>
    public void Unavailable(long nowMs, string why)
    {
        (IsOpen, _backOff) = (false, default);
        _way++;
        if (_way < ways.Count)
        {
            NextTryMs = nowMs;
        }
        else
        {
            _way = 0;
            NextTryMs = nowMs + (long)Given.TotalMilliseconds;
        }

        Turn(ReadingWay.Poll, nowMs, why);
    }

    /// <summary>The BMC has restarted: streams and subscriptions are gone, whatever they look like from here.</summary>
    public void Restarted(long nowMs, string why)
    {
        (IsOpen, _backOff, _way) = (false, default, 0);
        Turn(ReadingWay.Poll, nowMs, why);
        NextTryMs = ways.Count == 0 ? long.MaxValue : nowMs + (long)FirstWait.TotalMilliseconds;
    }

    private string Word => Way == ProfileDelivery.Push ? "subscription" : "stream";

    // "Since" is since it is read this way, not since the reason changed.
    private void Turn(ReadingWay way, long nowMs, string why) =>
        _state = new ReadingWayState(way, _state.Way == way && _state.Since != DateTimeOffset.UnixEpoch ? _state.Since : DateTimeOffset.FromUnixTimeMilliseconds(nowMs), why);
}
