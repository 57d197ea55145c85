using System.Text;

namespace Ampacity.Collect;

/// <summary>When a thing is polled: at a fixed phase of the interval that follows from its key, so that polls spread out and a restart does not shift them.</summary>
public static class PollPhase
{
    /// <summary>Phase of a key in milliseconds, 0 to the interval less one: FNV-1a (64 bit) of its UTF-8, modulo the interval.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not above zero.</exception>
    public static long OffsetMs(string key, long intervalMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalMs, 1);
        return (long)(Hash(key) % (ulong)intervalMs);
    }

    /// <summary>The first time after <paramref name="nowMs"/> that has this phase.</summary>
    public static long NextDueMs(long nowMs, long intervalMs, long offsetMs)
    {
        var due = nowMs - (nowMs % intervalMs) + offsetMs;
        return due > nowMs ? due : due + intervalMs;
    }

    internal static ulong Hash(string key)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            hash = unchecked((hash ^ b) * 1_099_511_628_211UL);
        }

        // FNV's low bits are weak for keys that differ in one byte, and the modulo uses them.
        return hash ^ (hash >> 32);
    }
}
