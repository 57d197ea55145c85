namespace Ampacity.Collect;

/// <summary>Which column of a file of samples is what. Names of columns are compared without regard to case.</summary>
public sealed record SampleFileMapping
{
    /// <summary>Column of times; by its name unless said: <c>timestamp</c>, <c>time</c>, <c>ts</c>, <c>date</c>, <c>datetime</c>.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Unit of times that are numbers: <c>s</c>, <c>ms</c>, <c>us</c>, <c>ns</c>; by their size unless said.</summary>
    public string? TimeUnit { get; init; }

    /// <summary>Columns of values; <c>value</c> unless said. Where no metric is named, each is the metric of its own name.</summary>
    public IReadOnlyList<string> ValueColumns { get; init; } = [];

    /// <summary>Name of the metric of every row, or null.</summary>
    public string? Metric { get; init; }

    /// <summary>Column of names of metrics; <c>metric</c>, <c>__name__</c> or <c>name</c> if there is one and nothing is said.</summary>
    public string? MetricColumn { get; init; }

    /// <summary>Columns that become labels, as <c>column</c> or <c>column=label</c>; every other column unless said.</summary>
    public IReadOnlyList<string> LabelColumns { get; init; } = [];

    /// <summary>Columns that are left out.</summary>
    public IReadOnlyList<string> SkippedColumns { get; init; } = [];

    /// <summary>Labels that every series gets.</summary>
    public IReadOnlyList<(string Name, string Value)> ExtraLabels { get; init; } = [];
}

/// <summary>What became of a file of samples.</summary>
public sealed record SampleFileReport
{
    /// <summary>Rows read.</summary>
    public long Rows { get; init; }

    /// <summary>Samples in them; a row may hold several, and an empty cell holds none.</summary>
    public long Samples { get; init; }

    /// <summary>Samples kept and durable.</summary>
    public long Stored { get; init; }

    /// <summary>Samples that were there already.</summary>
    public long Duplicates { get; init; }

    /// <summary>Samples too far behind their series' newest, or behind the retention.</summary>
    public long TooOld { get; init; }

    /// <summary>Samples more than ten minutes ahead of the server's clock.</summary>
    public long TooNew { get; init; }

    /// <summary>Samples whose series was refused for its labels or because the store was full.</summary>
    public long OfRefusedSeries { get; init; }

    /// <summary>Why the first series was refused, or null.</summary>
    public string? FirstRefusal { get; init; }

    /// <summary>Rows that could not be read; nothing of them was kept.</summary>
    public long RowsWrong { get; init; }

    /// <summary>The first of them, with line and column.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Whether reading ended early because too many rows were wrong.</summary>
    public bool Stopped { get; init; }
}
