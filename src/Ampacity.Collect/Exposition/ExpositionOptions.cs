namespace Ampacity.Collect;

/// <summary>Which text format a page is.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus text 0.0.4, or OpenMetrics when the page ends in <c># EOF</c>.</summary>
    Any,

    /// <summary>Prometheus text 0.0.4: times in milliseconds.</summary>
    Text,

    /// <summary>OpenMetrics 1.0: times in seconds, exemplars, and it has to end in <c># EOF</c>.</summary>
    OpenMetrics,
}

/// <summary>What becomes of a page's label that an extra label has the name of.</summary>
public enum LabelConflict
{
    /// <summary>The extra label stands; the page's is dropped. As VictoriaMetrics does on import.</summary>
    ExtraWins,

    /// <summary>The extra label stands; the page's becomes <c>exported_…</c>. As Prometheus does when it scrapes.</summary>
    Export,
}

/// <summary>How a page of text exposition is read.</summary>
/// <param name="TimestampMs">Time of samples that bring none, UTC milliseconds.</param>
public sealed record ExpositionOptions(long TimestampMs)
{
    /// <summary>Which format; by the page itself unless said.</summary>
    public ExpositionFormat Format { get; init; }

    /// <summary>Labels that every series gets, such as a target's.</summary>
    public IReadOnlyList<(string Name, string Value)> ExtraLabels { get; init; } = [];

    /// <summary>What becomes of a label of the same name.</summary>
    public LabelConflict Conflict { get; init; }
}
