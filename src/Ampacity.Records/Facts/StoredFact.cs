namespace Ampacity.Records;

/// <summary>One row of <c>facts</c> on its way into or out of a store: texts as the UTF-8 that both stores keep, no object for it.</summary>
internal readonly ref struct StoredFact
{
    /// <summary>From 1, without gaps.</summary>
    public required long Id { get; init; }

    /// <summary>Number of the kind of subject.</summary>
    public required long SubjectKind { get; init; }

    /// <summary>Number of the subject.</summary>
    public required long SubjectNumber { get; init; }

    /// <summary>Number of the aspect.</summary>
    public required long Aspect { get; init; }

    /// <summary>Key, or empty.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Placement: <c>rack/part</c>. Identifier: its text. Else JSON.</summary>
    public required ReadOnlySpan<byte> Value { get; init; }

    /// <summary>First instant at which it holds.</summary>
    public required long ValidFromMs { get; init; }

    /// <summary>First instant at which it no longer holds; <see cref="long.MaxValue"/> for the column's null.</summary>
    public required long ValidToMs { get; init; }

    /// <summary>Owner's id; 0 for the column's null.</summary>
    public required long DeclaredBy { get; init; }

    /// <summary>Change set.</summary>
    public required long RecordedBy { get; init; }

    /// <summary>Change set; 0 for the column's null.</summary>
    public required long RetractedBy { get; init; }

    /// <summary>The columns in the order that readers and writers use.</summary>
    public const string Columns =
        "id, subject_kind, subject_number, aspect, key, value, valid_from_ms, valid_to_ms, declared_by, recorded_by, retracted_by";
}

/// <summary>Takes rows of facts one after the other: a store that writes them, or the table in memory.</summary>
internal abstract class FactSink : IDisposable
{
    /// <summary>Takes one row; its spans live until the call returns.</summary>
    public abstract void Take(in StoredFact fact);

    /// <summary>Called once after the last row; without it what a store was given is not kept.</summary>
    public virtual void Complete()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
