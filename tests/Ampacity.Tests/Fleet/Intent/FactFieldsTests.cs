using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>
/// Who owns a field of a fact that several writers say parts of: what a file no longer says goes if this file made it, and stays if somebody
/// else did; what it never said is left alone.
/// </summary>
public sealed class FactFieldsTests
{
    private const long StepMs = 1_000_000;

    private const string Hall = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], operator: op, tenant: ten, tranches: {t1: {power: 2 MW, contracted: 2026-07-01, energised: 2027-01-01}}}
        power:
          u: {kind: Utility, rating: 2 MVA}
          bw-a: {kind: Busway, fedBy: [{from: u, rating: 400 A at 415 V, share: 2}], rating: 400 A at 415 V}
          bw-b: {kind: Busway, fedBy: u, rating: 400 A at 415 V}
          bw-c: {kind: Busway, fedBy: u, rating: 400 A at 415 V}
        cooling:
          cdu-1: {kind: Cdu, loop: fws, capacity: 1 MW at 5 K, supply: 30 C, return: 40 C, flow: 900 L/min, volume: 100 L, rise: 8 K}
          cdu-2: {kind: Cdu, loop: fws, capacity: 1 MW at 5 K}
        rows:
          r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm, feeds: [bw-a, bw-b], mode: preferred, transfer: 10 ms, cdus: [cdu-1], tenant: racker, owner: bank}
        fabric:
          planes: {out: {kind: scale-out}}
          switches: {s1: {}}
          links: [{from: r01/01, to: s1, plane: out, count: 4, rate: 400 Gbit/s, optic: dr4, length: 30 m}]
        """;

    private FactLedger _ledger = FactLedger.Empty;
    private long _nowMs = OneRack.BeganMs;

    public static TheoryData<string, string, string, string> Fields() => new()
    {
        // What the file says, without it, which fact, and which of its fields that is.
        { ", operator: op,", ",", "site/hall hall", nameof(HallFact.Operator) },
        { ", tenant: ten", "", "site/hall hall", nameof(HallFact.Tenant) },
        { "size: [20 m, 20 m], ", "", "site/hall hall", nameof(HallFact.WidthMeters) },
        { ", tenant: racker", "", "site/hall/r01/01 parties", nameof(PartiesFact.Tenant) },
        { ", owner: bank", "", "site/hall/r01/02 parties", nameof(PartiesFact.Owner) },
        { ", capacity: 1 MW at 5 K, supply", ", supply", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.CapacityWatts) },
        { "loop: fws, capacity: 1 MW at 5 K, ", "capacity: 1 MW at 5 K, ", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.LoopName) },
        { ", supply: 30 C", "", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.SupplyCelsius) },
        { ", return: 40 C", "", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.ReturnCelsius) },
        { ", flow: 900 L/min", "", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.FlowLitersPerMinute) },
        { ", volume: 100 L", "", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.VolumeLiters) },
        { ", rise: 8 K", "", "site/hall/cdu-1 coolingRating", nameof(CoolingRatingFact.AllowedRiseKelvins) },
        { ", transfer: 10 ms", "", "site/hall/r01/01 feedMode", nameof(FeedModeFact.TransferSeconds) },
        { ", share: 2", "", "site/hall/bw-a feed", nameof(FeedFact.Weight) },
        { "from: u, rating: 400 A at 415 V", "from: u", "site/hall/bw-a feed", nameof(FeedFact.Rating) },
        { ", contracted: 2026-07-01", "", "site/hall tranche", nameof(TrancheFact.ContractedMs) },
        { ", energised: 2027-01-01", "", "site/hall tranche", nameof(TrancheFact.EnergisedMs) },
        { ", rate: 400 Gbit/s", "", "site/hall/r01/01 link", nameof(LinkFact.BitsPerSecond) },
        { ", optic: dr4", "", "site/hall/r01/01 link", nameof(LinkFact.Optic) },
        { ", length: 30 m", "", "site/hall/r01/01 link", nameof(LinkFact.LengthMeters) },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void What_a_file_made_goes_when_it_says_it_no_more_and_the_rest_stays(string said, string unsaid, string fact, string field)
    {
        Apply(Hall);
        var before = Value(fact);
        Assert.NotNull(Of(before, field));
        var without = Replaced(said, unsaid);
        Apply(without);
        Assert.Null(Of(Value(fact), field));
        Assert.Equal(Others(before, field), Others(Value(fact), field));
        Assert.True(Apply(without).Draft.IsEmpty);
        Assert.NotNull(Of(Value(fact, OneRack.BeganMs), field));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void What_somebody_else_made_stays_though_the_file_states_other_fields_of_the_fact(string said, string unsaid, string fact, string field)
    {
        Apply(Hall);
        var value = Of(Value(fact), field);
        var without = Replaced(said, unsaid);
        Apply(without);
        Record(fact, with => With(with, field, value));
        Assert.True(Apply(without).Draft.IsEmpty);
        Assert.Equal(value, Of(Value(fact), field));

        // Nor does it become the file's when that changes another field of the fact.
        Apply(without.Replace("operator: op", "operator: op2", StringComparison.Ordinal)
            .Replace("tenant: racker", "tenant: racker2", StringComparison.Ordinal).Replace("owner: bank", "owner: bank2", StringComparison.Ordinal)
            .Replace("loop: fws", "loop: fws2", StringComparison.Ordinal).Replace("volume: 100", "volume: 200", StringComparison.Ordinal)
            .Replace("power: 2 MW", "power: 3 MW", StringComparison.Ordinal).Replace("count: 4", "count: 5", StringComparison.Ordinal));
        Apply(without);
        Assert.Equal(value, Of(Value(fact), field));
    }

    [Fact]
    public void A_field_of_the_file_is_still_its_own_after_somebody_set_or_corrected_another()
    {
        Apply(Hall);
        Edit(new FleetEdit.Change("site/hall", "owner", "bank", null));
        Edit(new FleetEdit.Correct("site/hall", "tenant", "ten2", null, null));
        Apply(Replaced(", operator: op, tenant: ten", ""));
        var hall = (HallFact)Value("site/hall hall")!;
        Assert.Equal((null, "ten2", "bank", 20.0), (hall.Operator, hall.Tenant, hall.Owner, hall.WidthMeters));
    }

    [Fact]
    public void A_fact_ends_when_the_file_says_nothing_of_it_unless_others_said_a_part()
    {
        Apply(Hall);
        Edit(new FleetEdit.Change("site/hall/r01/01", "owner", "other", null));
        Apply(Replaced(", tenant: racker, owner: bank", ""));
        Assert.Equal(new PartiesFact(null, null, "other"), Value("site/hall/r01/01 parties"));
        Assert.Null(Value("site/hall/r01/02 parties"));
        Edit(new FleetEdit.Change("site/hall/cdu-2", "capacity", "2 MW at 5 K", null));
        Apply(Replaced("cdu-2: {kind: Cdu, loop: fws, capacity: 1 MW at 5 K}", "cdu-2: {kind: Cdu}"));
        Assert.Equal(new CoolingRatingFact(2e6, 5, null), Value("site/hall/cdu-2 coolingRating"));
    }

    [Fact]
    public void A_list_is_one_statement_what_a_person_added_to_it_goes_when_the_file_is_applied_again()
    {
        Apply(Hall);
        Edit(new FleetEdit.Change("site/hall/r01/01", "feeds", "bw-c", null), new FleetEdit.Change("site/hall/r01/01", "cdus", "cdu-2", null));
        Assert.Equal(["bw-c"], Feeds());
        Apply(Hall);
        Assert.Equal(["bw-a", "bw-b"], Feeds());
        Assert.Equal(["site/hall/cdu-1"], Graph().NodeOf(Rack())!.Coolers.Select(Graph().PathOf));

        // A file that says nothing of feeds leaves them alone.
        var silent = Replaced("feeds: [bw-a, bw-b], mode: preferred, transfer: 10 ms, ", "");
        Apply(silent);
        Assert.Empty(Feeds());
        Edit(new FleetEdit.Change("site/hall/r01/01", "feeds", "bw-c", null));
        Assert.True(Apply(silent).Draft.IsEmpty);
        Assert.Equal(["bw-c"], Feeds());
    }

    private static string Replaced(string said, string unsaid)
    {
        Assert.Contains(said, Hall);
        return Hall.Replace(said, unsaid, StringComparison.Ordinal);
    }

    private static object? Of(FactValue? value, string field) => value is null ? null : value.GetType().GetProperty(field)!.GetValue(value);

    // The size is two numbers and a capacity stands at its approach: one statement each.
    private static string Others(FactValue? value, string field) => string.Join('|', value!.GetType().GetProperties()
        .Where(property => property.Name != field && !(field == nameof(HallFact.WidthMeters) && property.Name == nameof(HallFact.DepthMeters))
            && !(field == nameof(CoolingRatingFact.CapacityWatts) && property.Name == nameof(CoolingRatingFact.ApproachKelvins)))
        .Select(property => $"{property.Name}={property.GetValue(value)}"));

    private static FactValue With(FactValue value, string field, object? to) => (value, field) switch
    {
        (HallFact hall, nameof(HallFact.Operator)) => hall with { Operator = (string?)to },
        (HallFact hall, nameof(HallFact.Tenant)) => hall with { Tenant = (string?)to },
        (HallFact hall, nameof(HallFact.WidthMeters)) => hall with { WidthMeters = (double?)to },
        (PartiesFact parties, nameof(PartiesFact.Tenant)) => parties with { Tenant = (string?)to },
        (PartiesFact parties, nameof(PartiesFact.Owner)) => parties with { Owner = (string?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.CapacityWatts)) => rating with { CapacityWatts = (double?)to, ApproachKelvins = 5 },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.LoopName)) => rating with { LoopName = (string?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.SupplyCelsius)) => rating with { SupplyCelsius = (double?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.ReturnCelsius)) => rating with { ReturnCelsius = (double?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.FlowLitersPerMinute)) => rating with { FlowLitersPerMinute = (double?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.VolumeLiters)) => rating with { VolumeLiters = (double?)to },
        (CoolingRatingFact rating, nameof(CoolingRatingFact.AllowedRiseKelvins)) => rating with { AllowedRiseKelvins = (double?)to },
        (FeedModeFact mode, _) => mode with { TransferSeconds = (double?)to },
        (FeedFact feed, nameof(FeedFact.Weight)) => feed with { Weight = (double?)to },
        (FeedFact feed, nameof(FeedFact.Rating)) => feed with { Rating = (PowerRatingFact?)to },
        (TrancheFact tranche, nameof(TrancheFact.ContractedMs)) => tranche with { ContractedMs = (long?)to },
        (TrancheFact tranche, nameof(TrancheFact.EnergisedMs)) => tranche with { EnergisedMs = (long?)to },
        (LinkFact link, nameof(LinkFact.BitsPerSecond)) => link with { BitsPerSecond = (double?)to },
        (LinkFact link, nameof(LinkFact.Optic)) => link with { Optic = (string?)to },
        (LinkFact link, nameof(LinkFact.LengthMeters)) => link with { LengthMeters = (double?)to },
        _ => throw new InvalidOperationException($"no way to set {field}"),
    };

    private ChangePlan Apply(string text)
    {
        _nowMs += StepMs;
        var file = FleetFile.Parse("hall.yaml", text, OneRack.Catalogue).OrThrow();
        var (ledger, plan) = OneRack.Apply(_ledger, file, _nowMs);
        Assert.Empty(plan.Errors);
        _ledger = plan.Draft.IsEmpty ? _ledger : ledger;
        return plan;
    }

    private void Edit(params FleetEdit[] edits)
    {
        _nowMs += StepMs;
        var plan = EditPlanner.Plan(_ledger, at => FleetGraphBuilder.Build(_ledger, at, OneRack.Catalogue), OneRack.Catalogue, edits, "test", "", _nowMs);
        Assert.Empty(plan.Errors);
        _ledger = _ledger.Table.Append(plan.Draft, new ChangeSetId(_ledger.Revision.Number + 1));
    }

    // As an edit or an import would: nobody's file.
    private void Record(string fact, Func<FactValue, FactValue> with)
    {
        _nowMs += StepMs;
        var held = Held(fact, _nowMs)!.Value;
        var writer = new DraftWriter(_ledger, FleetGraphBuilder.Build(_ledger, _nowMs, OneRack.Catalogue), _nowMs);
        writer.State(held.Subject, with(held.Value), held.Key);
        _ledger = _ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(_ledger.Revision.Number + 1));
    }

    private FactValue? Value(string fact, long? atMs = null) => Held(fact, atMs ?? _nowMs)?.Value;

    private RecordedFact? Held(string fact, long atMs)
    {
        var words = fact.Split(' ');
        var node = FleetGraphBuilder.Build(_ledger, _nowMs, OneRack.Catalogue).FindPath(words[0]);
        foreach (var one in _ledger.Of(Subject.Node(node)))
        {
            // The first apply is a step after the begin.
            if (one.Aspect.Name() == words[1] && one.Valid.Contains(atMs == OneRack.BeganMs ? OneRack.BeganMs + StepMs : atMs))
            {
                return one;
            }
        }

        return null;
    }

    private FleetGraph Graph() => FleetGraphBuilder.Build(_ledger, _nowMs, OneRack.Catalogue);

    private int Rack() => Graph().FindPath("site/hall/r01/01");

    private string[] Feeds() => [.. Graph().NodeOf(Rack())!.Feeds.Select(feed => Graph().NameOf(feed.Source))];
}
