using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Which drifts are accepted.</summary>
/// <param name="Ids">By name; null where <paramref name="Filter"/> chooses.</param>
/// <param name="Filter">Of what kind and where; null where they are named.</param>
/// <param name="Fingerprints">What the asker saw, by name; null where it did not say.</param>
/// <param name="Place">Where a stranger stands; null where the drift knows.</param>
internal sealed record DriftChoice(IReadOnlyList<string>? Ids, DriftFilter? Filter, IReadOnlyDictionary<string, string>? Fingerprints, string? Place)
{
    /// <summary>What accepting them changes. Compared again within the change: what is accepted is what stands at this revision, or nothing.</summary>
    /// <exception cref="DriftMovedException">One that was named does not stand any more, is another by now, or cannot be accepted; or none is left.</exception>
    public ChangePlan Plan(FleetTimeline timeline, HardwareLooks seen, SkuCatalogue catalogue, string author, string? reason, long nowMs)
    {
        var rows = Of(DriftFinder.Compare(IntendedHardware.Of(timeline.At(nowMs).Within(PlaceScope.Whole)), seen).Rows);
        FleetEdit[] edits = [.. rows.SelectMany(row => ProposalMaker.For(row, Place).Edits)];
        return EditPlanner.Plan(timeline.Ledger, timeline.At, catalogue, edits, author, string.IsNullOrWhiteSpace(reason) ? $"accepted drift: {Says(rows)}" : reason, nowMs);
    }

    /// <summary>The drifts of a report.</summary>
    /// <exception cref="DriftMovedException">One that was named does not stand any more, is another by now, or cannot be accepted; or none is left.</exception>
    public IReadOnlyList<DriftRow> Of(IReadOnlyList<DriftRow> rows)
    {
        var chosen = new List<DriftRow>();
        if (Ids is null)
        {
            chosen.AddRange(rows.Where(row => Filter!.Takes(row) && ProposalMaker.For(row).CanBeAccepted));
        }
        else
        {
            var byId = rows.DistinctBy(row => row.Id).ToDictionary(row => row.Id, StringComparer.Ordinal);
            foreach (var id in Ids.Distinct(StringComparer.Ordinal))
            {
                var row = byId.TryGetValue(id, out var found) ? found : throw new DriftMovedException($"Drift {Short(id)}") { IsMissing = true };
                var proposal = ProposalMaker.For(row, Place);
                chosen.Add(proposal.CanBeAccepted ? row : throw new DriftMovedException($"{row.Id} ({row.Kind} {row.Place}) is closed in the hall, not in the inventory: {proposal.Text}") { IsRefused = true });
            }
        }

        foreach (var row in chosen)
        {
            if (Fingerprints is not null && Fingerprints.TryGetValue(row.Id, out var shown) && shown != row.Fingerprint)
            {
                throw new DriftMovedException($"{row.Id} is another by now: expected {row.Expected ?? "nothing"}, seen {row.Seen ?? "nothing"}. Look at it, and accept it again.");
            }
        }

        return chosen.Count > 0 ? chosen : throw new DriftMovedException("A drift of that kind that can be accepted") { IsMissing = true };
    }

    /// <summary>What is accepted, for the change set's reason.</summary>
    public string Says(IReadOnlyList<DriftRow> rows) => rows.Count == 1
        ? $"{DriftAnswerRow.Word(rows[0].Kind.ToString())} {rows[0].Place} ({rows[0].Id})"
        : $"{string.Join(", ", rows.GroupBy(row => row.Kind).Select(group => FormattableString.Invariant($"{group.Count()} {DriftAnswerRow.Word(group.Key.ToString())}")))}{(Filter?.Place is { } place ? $" in {place}" : "")}";

    /// <inheritdoc/>
    public override string ToString() => Ids is not null ? string.Join(' ', Ids.Take(10)) : $"all {string.Join(',', Filter!.Kinds)} {Filter.Place}".TrimEnd();

    private static string Short(string id) => id.Length <= 40 ? id : id[..40] + "…";
}

/// <summary>A drift cannot be accepted as asked; the message says why.</summary>
internal sealed class DriftMovedException(string message) : Exception(message)
{
    /// <summary>Whether it does not stand any more, the message then being what is missing.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Whether nothing in the inventory would close it.</summary>
    public bool IsRefused { get; init; }
}
