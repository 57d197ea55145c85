using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>The series of one raw read of a plan, as a selection sees them through the join.</summary>
/// <param name="Stored">What the store selects, in the shape that is asked for.</param>
/// <param name="StoredAll">The same with every sample of the range, for series whose newest does not count; null where none can fail to.</param>
/// <param name="Source">The source of the family, or null.</param>
/// <param name="Columns">What the newest snapshot of the range makes of them.</param>
/// <param name="Bindable">Which of them may be bound.</param>
/// <param name="Places">Those that pass the conditions at any time, in the order in which they are read; null where all do.</param>
/// <param name="Moved">Those that moved within the range.</param>
internal sealed record PlacedPart(
    StoredSelection Stored,
    StoredSelection? StoredAll,
    FamilySource? Source,
    JoinedColumns Columns,
    ReadOnlyMemory<bool> Bindable,
    int[]? Places,
    MovedSeries Moved)
{
    /// <summary>Series that can be read.</summary>
    public int Count => Places?.Length ?? Stored.Count;

    /// <summary>The stored series of a place among those that can be read.</summary>
    public int PlaceAt(int index) => Places is null ? index : Places[index];
}
