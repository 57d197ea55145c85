namespace Ampacity.Collect;

/// <summary>How something of a BMC comes to us.</summary>
public enum ReadingWay
{
    /// <summary>We ask for it.</summary>
    Poll,

    /// <summary>The BMC sends it over a stream of Server-Sent Events.</summary>
    Stream,

    /// <summary>The BMC sends it to an address of ours, by a subscription.</summary>
    Push,
}

/// <summary>How something of a BMC comes to us now.</summary>
/// <param name="Way">How.</param>
/// <param name="Since">Since when.</param>
/// <param name="Why">Why not otherwise; empty where it comes by event.</param>
public sealed record ReadingWayState(ReadingWay Way, DateTimeOffset Since, string Why);

/// <summary>What a BMC may send by itself.</summary>
internal enum EventFormat
{
    Alerts,
    Reports,
}
