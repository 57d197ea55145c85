namespace Ampacity.Load;

/// <summary>What a run of kills did and found.</summary>
internal sealed record KillCounts
{
    public int Kills { get; init; }

    public int AtStart { get; init; }

    public int AtSeal { get; init; }

    public long Seals { get; init; }

    /// <summary>Segments of the journal that were replaced by packed ones, as the servers counted them before their kills.</summary>
    public long Packed { get; init; }

    /// <summary>Kills that left a packing unfinished: its file not renamed yet, or segments not deleted yet that a packed one stands for.</summary>
    public int InPacking { get; init; }

    /// <summary>Of those, how many left segments that a packed one already stood for.</summary>
    public int InPackingDeletes { get; init; }

    /// <summary>Packed segments that starts found.</summary>
    public long PackedFound { get; init; }

    /// <summary>Servers that needed more than a minute and a half to listen: the machine is loaded.</summary>
    public int Late { get; init; }

    /// <summary>Requests that were answered 429: too much waited for the disk, and they came again.</summary>
    public long Refused { get; init; }

    public int Torn { get; init; }

    public int Blocks { get; init; }

    public long Requests { get; init; }

    public long Sent { get; init; }

    public long Acknowledged { get; init; }

    public long Found { get; init; }

    public static KillCounts operator +(KillCounts left, KillCounts right) => new()
    {
        Kills = left.Kills + right.Kills,
        AtStart = left.AtStart + right.AtStart,
        AtSeal = left.AtSeal + right.AtSeal,
        Seals = left.Seals + right.Seals,
        Packed = left.Packed + right.Packed,
        InPacking = left.InPacking + right.InPacking,
        InPackingDeletes = left.InPackingDeletes + right.InPackingDeletes,
        PackedFound = left.PackedFound + right.PackedFound,
        Late = left.Late + right.Late,
        Refused = left.Refused + right.Refused,
        Torn = left.Torn + right.Torn,
        Blocks = left.Blocks + right.Blocks,
        Requests = left.Requests + right.Requests,
        Sent = left.Sent + right.Sent,
        Acknowledged = left.Acknowledged + right.Acknowledged,
        Found = left.Found + right.Found,
    };

    public override string ToString() => FormattableString.Invariant(
        $"{Kills} kills ({AtStart} while starting, {AtSeal} in a flush, {InPacking} in a packing, {InPackingDeletes} of them in its deletes), {Requests} requests, {Sent} samples sent, {Acknowledged} acknowledged, {Found} found, {Seals} seals, {Packed} segments packed, {PackedFound} packed segments met at starts, {Blocks} blocks, {Torn} torn tails, {Refused} requests told to come again, {Late} late starts");
}
