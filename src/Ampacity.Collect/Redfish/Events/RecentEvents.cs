using System.IO.Hashing;
using System.Runtime.InteropServices;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Which events of a BMC were taken lately: after a reconnect, or by retries of a push, they come again.</summary>
/// <remarks>One thread at a time; a kilobyte, made with the first event.</remarks>
internal sealed class RecentEvents
{
    // bmcweb keeps 100 events to send again.
    private const int Kept = 128;

    private readonly ulong[] _hashes = new ulong[Kept];
    private int _next;

    /// <summary>Whether it is new; then it is remembered.</summary>
    public bool IsNew(ReportedEvent one)
    {
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(one.Key.AsSpan()));
        if (_hashes.AsSpan().Contains(hash))
        {
            return false;
        }

        _hashes[_next++ % Kept] = hash;
        return true;
    }
}
