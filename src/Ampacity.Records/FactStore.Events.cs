namespace Ampacity.Records;

// The ledger of events. Appended in batches; one leak of a rack is a few rows, a feed lost to a hall some thousands.
public sealed partial class FactStore
{
    /// <summary>Keeps events in one transaction; their ids are given here. They are on the disk when the task completes.</summary>
    /// <exception cref="ArgumentException">Evidence is longer than <see cref="EventRow.EvidenceCharsMax"/>.</exception>
    public Task<IReadOnlyList<EventRow>> AppendEventsAsync(IReadOnlyList<EventRow> events, CancellationToken cancellationToken)
    {
        if (events.FirstOrDefault(row => row.Evidence.Length > EventRow.EvidenceCharsMax) is { } tooLong)
        {
            throw new ArgumentException($"evidence has up to {EventRow.EvidenceCharsMax} characters, not {tooLong.Evidence.Length}", nameof(events));
        }

        return WriteAsync<IReadOnlyList<EventRow>>(
            (connection, transaction) =>
            {
                var kept = new List<EventRow>(events.Count);
                foreach (var row in events)
                {
                    var id = RecordSql.Number(
                        connection, transaction,
                        "INSERT INTO events (at_ms, bmc, place, asset, component, source, kind, severity, evidence) "
                        + "VALUES (@at, @bmc, @place, @asset, @component, @source, @kind, @severity, @evidence) RETURNING id",
                        ("@at", row.AtMs), ("@bmc", row.Bmc), ("@place", row.Place), ("@asset", row.Asset), ("@component", row.Component), ("@source", row.Source),
                        ("@kind", row.Kind), ("@severity", row.Severity), ("@evidence", row.Evidence));
                    kept.Add(row with { Id = id!.Value });
                }

                return kept;
            },
            cancellationToken);
    }

    /// <summary>Events, newest first.</summary>
    /// <param name="limit">How many at most, from 1.</param>
    /// <param name="beforeId">Only those older than this id; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="kind">Only of this kind, or null.</param>
    /// <param name="severity">Only of this severity, or null.</param>
    /// <param name="bmc">Only of this BMC, or null.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<EventRow>> ReadEventsAsync(
        int limit, long beforeId, string? kind, string? severity, string? bmc, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return QueryAsync<IReadOnlyList<EventRow>>(
            context => context.Events
                .Where(row => row.Id < beforeId && (kind == null || row.Kind == kind) && (severity == null || row.Severity == severity) && (bmc == null || row.Bmc == bmc))
                .OrderByDescending(row => row.Id).Take(limit).ToList(),
            cancellationToken);
    }
}
