using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>The small tables beside the facts, read in the same transaction.</summary>
/// <param name="Newest">The newest change set; number 0 where nothing was recorded.</param>
/// <param name="NextNode">First node ordinal not given yet.</param>
/// <param name="NextAsset">First asset number not given yet.</param>
/// <param name="Owners">Names of owners; the id of the first is 1.</param>
internal sealed record RecordHead(ChangeSet Newest, int NextNode, long NextAsset, List<string> Owners);

/// <summary>What was carried out.</summary>
/// <param name="Change">The change set that recorded it.</param>
/// <param name="First">Id of the first fact of the draft; those after it follow without gaps. One past the last fact where it recorded none.</param>
public sealed record CarriedOut(ChangeSet Change, FactId First);
