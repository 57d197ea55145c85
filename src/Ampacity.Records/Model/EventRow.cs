namespace Ampacity.Records;

/// <summary>Something that happened to hardware: a leak, a trip, an input lost, a login refused. Kept for good, never changed.</summary>
/// <param name="Id">In order of saving, from 1; 0 before it is saved.</param>
/// <param name="AtMs">When it was seen, UTC milliseconds by our clock.</param>
/// <param name="Bmc">MAC of the BMC that said it, or that it is about; empty where none has part in it.</param>
/// <param name="Place">Path of the place where that BMC was declared then; empty if it was declared nowhere.</param>
/// <param name="Asset">The asset there, such as <c>asset_12</c>; empty if none was known.</param>
/// <param name="Component">The part it is about; empty for the whole.</param>
/// <param name="Source">Who saw it: <c>redfish poll</c>, <c>redfish event</c>, <c>samples</c>.</param>
/// <param name="Kind">What: <c>Leak</c>, <c>DetectorBlind</c>, <c>Breaker</c> …</param>
/// <param name="Severity"><c>Ok</c> (it is over), <c>Warning</c> or <c>Critical</c>.</param>
/// <param name="Evidence">What was read and where, in words; at most <see cref="EvidenceCharsMax"/> characters.</param>
public sealed record EventRow(
    long Id, long AtMs, string Bmc, string Place, string Asset, string Component, string Source, string Kind, string Severity, string Evidence)
{
    /// <summary>Longest evidence: a path, a value and a sentence (guessed margin).</summary>
    public const int EvidenceCharsMax = 2_000;
}
