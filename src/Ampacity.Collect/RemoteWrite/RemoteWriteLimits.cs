namespace Ampacity.Collect;

/// <summary>What a remote-write request may cost. Prometheus sends 2,000 samples and about 50 kB by default; all numbers here are guessed from that.</summary>
public sealed record RemoteWriteLimits
{
    /// <summary>Most bytes of a request before decompression; 32 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes after decompression, checked against the header before anything is allocated; 64 MiB.</summary>
    public int MaxDecodedBytes { get; init; } = 64 << 20;

    /// <summary>Most samples in a request; 2 million.</summary>
    public int MaxSamples { get; init; } = 2_000_000;

    /// <summary>Most labels of a series; 64, about twice what Kubernetes exporters send.</summary>
    public int MaxLabels { get; init; } = 64;

    /// <summary>Most bytes of a label's name; 512.</summary>
    public int MaxNameBytes { get; init; } = 512;

    /// <summary>Most bytes of a label's value; 4,096.</summary>
    public int MaxValueBytes { get; init; } = 4096;
}
