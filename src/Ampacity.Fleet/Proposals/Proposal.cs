namespace Ampacity.Fleet;

/// <summary>What we suggest to do about a drift; a person decides. Neither intent nor survey nor drift, and no change until it is accepted.</summary>
/// <param name="DriftId">The finding that it would close.</param>
/// <param name="Fingerprint">The finding's, when it was made: it closes that one, not what has become of it since.</param>
/// <param name="Kind">What kind of act.</param>
/// <param name="Text">In words.</param>
/// <param name="Edits">What accepting records in the inventory; empty where only an act in the hall closes it.</param>
public sealed record Proposal(string DriftId, string Fingerprint, ProposalKind Kind, string Text, IReadOnlyList<FleetEdit> Edits)
{
    /// <summary>Whether accepting it changes the inventory.</summary>
    public bool CanBeAccepted => Edits.Count > 0;
}

/// <summary>Kinds of act.</summary>
public enum ProposalKind : byte
{
    /// <summary>Record what was seen.</summary>
    AcceptAsFound,

    /// <summary>Record another place, or carry the thing back to the declared one.</summary>
    Move,

    /// <summary>Replace a part, and look again.</summary>
    Replace,

    /// <summary>Plug a cable where it belongs.</summary>
    Recable,

    /// <summary>Nothing is to be recorded yet: look again.</summary>
    LookAgain,

    /// <summary>Two records become one.</summary>
    Merge,

    /// <summary>Bring firmware to the baseline.</summary>
    Update,
}
