using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>
/// Fields of facts that people state one by one: a file may say a hall's size and somebody else its tenant. Only kinds of fact of which more
/// than one writer says parts are listed; every other fact is stated whole.
/// </summary>
internal static class FactFields
{
    private static readonly FrozenDictionary<FactAspect, FactField[]> ByAspect = new Dictionary<FactAspect, FactField[]>
    {
        [FactAspect.Hall] =
        [
            Field<HallFact>(hall => hall.WidthMeters, (hall, value) => hall with { WidthMeters = (double?)value }),
            Field<HallFact>(hall => hall.DepthMeters, (hall, value) => hall with { DepthMeters = (double?)value }),
            Field<HallFact>(hall => hall.Operator, (hall, value) => hall with { Operator = (string?)value }),
            Field<HallFact>(hall => hall.Tenant, (hall, value) => hall with { Tenant = (string?)value }),
            Field<HallFact>(hall => hall.Owner, (hall, value) => hall with { Owner = (string?)value }),
        ],
        [FactAspect.Parties] =
        [
            Field<PartiesFact>(parties => parties.Operator, (parties, value) => parties with { Operator = (string?)value }),
            Field<PartiesFact>(parties => parties.Tenant, (parties, value) => parties with { Tenant = (string?)value }),
            Field<PartiesFact>(parties => parties.Owner, (parties, value) => parties with { Owner = (string?)value }),
        ],
        [FactAspect.CoolingRating] =
        [
            // A capacity and the approach that it is at are one statement.
            Field<CoolingRatingFact>(
                rating => rating.CapacityWatts is { } watts ? (watts, rating.ApproachKelvins) : null,
                (rating, value) => rating with { CapacityWatts = (((double, double?)?)value)?.Item1, ApproachKelvins = (((double, double?)?)value)?.Item2 }),
            Field<CoolingRatingFact>(rating => rating.LoopName, (rating, value) => rating with { LoopName = (string?)value }),
            Field<CoolingRatingFact>(rating => rating.SupplyCelsius, (rating, value) => rating with { SupplyCelsius = (double?)value }),
            Field<CoolingRatingFact>(rating => rating.ReturnCelsius, (rating, value) => rating with { ReturnCelsius = (double?)value }),
            Field<CoolingRatingFact>(rating => rating.FlowLitersPerMinute, (rating, value) => rating with { FlowLitersPerMinute = (double?)value }),
            Field<CoolingRatingFact>(rating => rating.VolumeLiters, (rating, value) => rating with { VolumeLiters = (double?)value }),
            Field<CoolingRatingFact>(rating => rating.AllowedRiseKelvins, (rating, value) => rating with { AllowedRiseKelvins = (double?)value }),
        ],
        [FactAspect.FeedMode] =
            [Field<FeedModeFact>(mode => mode.TransferSeconds, (mode, value) => mode with { TransferSeconds = (double?)value })],
        [FactAspect.Feed] =
        [
            Field<FeedFact>(feed => feed.Weight, (feed, value) => feed with { Weight = (double?)value }),
            Field<FeedFact>(feed => feed.Rating, (feed, value) => feed with { Rating = (PowerRatingFact?)value }),
        ],
        [FactAspect.Tranche] =
        [
            Field<TrancheFact>(tranche => tranche.ContractedMs, (tranche, value) => tranche with { ContractedMs = (long?)value }),
            Field<TrancheFact>(tranche => tranche.EnergisedMs, (tranche, value) => tranche with { EnergisedMs = (long?)value }),
        ],
        [FactAspect.Link] =
        [
            Field<LinkFact>(link => link.BitsPerSecond, (link, value) => link with { BitsPerSecond = (double?)value }),
            Field<LinkFact>(link => link.Optic, (link, value) => link with { Optic = (string?)value }),
            Field<LinkFact>(link => link.LengthMeters, (link, value) => link with { LengthMeters = (double?)value }),
        ],
    }.ToFrozenDictionary();

    /// <summary>The fields of an aspect that are stated one by one; empty for one that is stated whole.</summary>
    public static ReadOnlySpan<FactField> Of(FactAspect aspect) => ByAspect.TryGetValue(aspect, out var fields) ? fields : [];

    /// <summary>Whether a value of such an aspect says nothing but these fields: without any of them there is no fact.</summary>
    public static bool IsNothingElse(FactAspect aspect) => aspect is FactAspect.Hall or FactAspect.Parties or FactAspect.CoolingRating;

    /// <summary>
    /// The subtree whose file made a field what it is; empty for a person or program. It is the one that declared the first of the facts in
    /// which the field has had this value without a break; a correction of another field takes a fact's place, so what it replaced is asked too.
    /// </summary>
    /// <param name="ledger">What is believed.</param>
    /// <param name="held">The fact that holds.</param>
    /// <param name="field">The field; it has a value.</param>
    public static string CreatorOf(FactLedger ledger, RecordedFact held, FactField field)
    {
        var value = field.Get(held.Value);
        var same = new List<Fact>();
        foreach (var fact in ledger.HistoryOf(held.Subject))
        {
            if (fact.Aspect == held.Aspect && fact.Key == held.Key)
            {
                same.Add(fact.ToFact());
            }
        }

        // Back in valid time over what is believed …
        var first = held.ToFact();
        foreach (var before in same.Where(fact => !IsRetracted(fact) && fact.Valid.FromMs < held.Valid.FromMs).OrderByDescending(fact => fact.Valid.FromMs))
        {
            if (before.Valid.ToMs != first.Valid.FromMs || !Equals(field.Get(before.Value), value))
            {
                break;
            }

            first = before;
        }

        // … then in recorded time over what the first of them stands for. Each was recorded earlier, so it ends.
        while (same.Find(fact => fact.RetractedBy == first.RecordedBy && fact.Valid.FromMs < first.Valid.ToMs && first.Valid.FromMs < fact.Valid.ToMs
            && Equals(field.Get(fact.Value), value)) is { } replaced)
        {
            first = replaced;
        }

        return first.DeclaredBy;

        bool IsRetracted(Fact fact) => fact.RetractedBy is { } by && by.CompareTo(ledger.Revision) <= 0;
    }

    private static FactField Field<T>(Func<T, object?> get, Func<T, object?, FactValue> with)
        where T : FactValue => new(value => get((T)value), (value, field) => with((T)value, field));
}

/// <summary>One field of a fact: how it is read, null where nothing is said, and how it is set.</summary>
internal sealed record FactField(Func<FactValue, object?> Get, Func<FactValue, object?, FactValue> With);
