using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>A folder of its own for one test, with a clock and the drafts that tests write.</summary>
internal sealed class RecordFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ampacity-records-").FullName;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddMilliseconds(1_000_000));

    public string File => System.IO.Path.Combine(Path, "records.db");

    public string ConnectionString => $"Data Source={File};Pooling=False";

    public static Fact Node(int ordinal, string name, long fromMs = 0, long toMs = Validity.Open) => new(
        default, Subject.Node(ordinal), "", new NodeFact(NodeKind.Rack, name, -1), new Validity(fromMs, toMs), "", default);

    public static ChangeDraft Draft(
        FactLedger ledger, string author, IReadOnlyList<Fact> record, params IReadOnlyList<FactId> retract) => new(
        ledger.Revision, author, "because", retract, FactBatch.Of(record),
        Math.Max(ledger.NextNode, record.Where(fact => fact.Subject.Kind == SubjectKind.Node).Select(fact => (int)fact.Subject.Number + 1).DefaultIfEmpty().Max()),
        ledger.NextAsset);

    public Task<FactStore> OpenAsync() => FactStore.OpenAsync(Path, Time, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
