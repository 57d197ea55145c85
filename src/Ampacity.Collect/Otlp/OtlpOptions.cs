namespace Ampacity.Collect;

/// <summary>How OTLP metrics become series.</summary>
public sealed record OtlpOptions
{
    /// <summary>
    /// Resource attributes that become labels of every series, besides <c>job</c> and <c>instance</c>; the others stand in
    /// <c>target_info</c> alone. <c>host.name</c> unless said: without it no binding rule can say which tray a series belongs to.
    /// </summary>
    public IReadOnlyList<string> PromotedResourceAttributes { get; init; } = ["host.name"];

    /// <summary>Most series that may come as deltas at one time; 500,000, at about 150 bytes each.</summary>
    public int MaxDeltaSeries { get; init; } = 500_000;
}
