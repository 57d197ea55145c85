using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>What reading one NetBox instance may cost. Guessed where nothing else is said.</summary>
public sealed record NetBoxReaderLimits
{
    /// <summary>Objects asked for in one request, from 1; 250. NetBox itself caps it at its MAX_PAGE_SIZE, 1,000 by default, and takes seconds
    /// for a page of that.</summary>
    public int PageSize { get; init; } = 250;

    /// <summary>Most bytes of one answer; 64 MiB, where a page of 250 devices has about 1 MB.</summary>
    public int MaxPageBytes { get; init; } = 64 << 20;

    /// <summary>Most bytes of all answers; 1 GiB.</summary>
    public long MaxBytes { get; init; } = NetBoxExport.MaxBytes;

    /// <summary>Most requests, repeated ones included; 40,000.</summary>
    public int MaxRequests { get; init; } = 40_000;

    /// <summary>Longest time of one request from send to last byte; 2 min, since old instances take 15 s for a page.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time of all; 2 h.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Most attempts at one address; 6.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Wait after the first failed attempt; it doubles with each further one. 1 s.</summary>
    public TimeSpan RetryWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before another attempt, also where NetBox asks for more by Retry-After; 1 min.</summary>
    public TimeSpan MaxRetryWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a token may go over http to a host that is not this machine.</summary>
    public bool AllowPlainHttp { get; init; }
}
