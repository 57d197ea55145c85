namespace Ampacity.Collect;

/// <summary>
/// What one request from outside may cost, whatever its format. Prometheus sends 2,000 samples and about 50 kB by default; all numbers here
/// are guessed from that.
/// </summary>
public sealed record ReceiveLimits
{
    /// <summary>Most bytes of a request before decompression; 32 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes after decompression; 64 MiB. Where the header states them it is checked before anything is allocated.</summary>
    public int MaxDecodedBytes { get; init; } = 64 << 20;

    /// <summary>Most samples in a request; 2 million.</summary>
    public int MaxSamples { get; init; } = 2_000_000;

    /// <summary>Most symbols of a remote write 2.0 request; 500,000, at 40 bytes of ours each.</summary>
    public int MaxSymbols { get; init; } = 500_000;

    /// <summary>Most labels of a series; 64, about twice what Kubernetes exporters send.</summary>
    public int MaxLabels { get; init; } = 64;

    /// <summary>Most bytes of a label's name; 512.</summary>
    public int MaxNameBytes { get; init; } = 512;

    /// <summary>Most bytes of a label's value; 4,096.</summary>
    public int MaxValueBytes { get; init; } = 4096;

    /// <summary>Most spellings of series that are remembered; 16 million at up to 48 bytes. Past it the memory begins again.</summary>
    public int MaxKnownSeries { get; init; } = 16 << 20;
}
