namespace Ampacity.Records;

/// <summary>Row of <c>facts</c>, as the model and its migrations see it; facts are read and written in bulk (<see cref="StoredFact"/>).</summary>
internal sealed class FactEntry
{
    public long Id { get; init; }

    public byte SubjectKind { get; init; }

    public long SubjectNumber { get; init; }

    public byte Aspect { get; init; }

    public required string Key { get; init; }

    public required string Value { get; init; }

    public long ValidFromMs { get; init; }

    public long? ValidToMs { get; init; }

    public int? DeclaredBy { get; init; }

    public long RecordedBy { get; init; }

    public long? RetractedBy { get; init; }
}

/// <summary>Row of <c>change_sets</c>.</summary>
internal sealed class ChangeSetRow
{
    public long Id { get; init; }

    public required string Author { get; init; }

    public required string Reason { get; init; }

    public long RecordedMs { get; init; }
}

/// <summary>Row of <c>owners</c>: a subtree whose file declared facts.</summary>
internal sealed class OwnerRow
{
    public int Id { get; init; }

    public required string Name { get; init; }
}

/// <summary>The one row of <c>counters</c>; its id is 1.</summary>
internal sealed class CounterRow
{
    public int Id { get; init; }

    public int NextNode { get; init; }

    public long NextAsset { get; init; }
}
