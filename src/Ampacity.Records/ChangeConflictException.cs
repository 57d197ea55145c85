using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>A draft was worked out on a state that is no longer the newest: nothing was written; work it out again on a new ledger.</summary>
public sealed class ChangeConflictException : Exception
{
    /// <summary>A conflict with what came in between.</summary>
    public ChangeConflictException(string message, ChangeSet? cameBetween)
        : base(message) => CameBetween = cameBetween;

    /// <summary>The change set that the draft had not seen, if there is one.</summary>
    public ChangeSet? CameBetween { get; }
}
