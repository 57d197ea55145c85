namespace Ampacity.Fleet;

/// <summary>
/// A draft about assets, written fact by fact without keeping what it has stated: <see cref="DraftWriter"/> remembers every fact, which
/// for 15 million of them is more than the facts. Whoever writes sees to it that no slot is stated twice.
/// </summary>
internal sealed class CsvDraft(CsvGround ground)
{
    private readonly List<FactId> _retract = [];
    private readonly HashSet<FactId> _retracted = [];
    private readonly FactBatch _record = new();

    public ChangeTally Tally { get; } = new();

    public long NextAsset { get; private set; } = ground.Ledger.NextAsset;

    public AssetId NewAsset() => new(NextAsset++);

    public bool IsNew(AssetId asset) => asset.Number >= ground.Ledger.NextAsset;

    public ChangePlan ToPlan(string author, string reason, CsvErrors errors) => new(
        new ChangeDraft(ground.Ledger.Revision, author, reason, _retract, _record, ground.Ledger.NextNode, NextAsset),
        Tally.Listed, Tally, errors.Sorted);

    public bool HasRetracted(FactId id) => _retracted.Count > 0 && _retracted.Contains(id);

    public void Place(AssetId asset, StableKey place, Validity valid)
    {
        _record.AddPlacement(asset, place, valid, ground.Owner);
        Count(ChangeVerb.Add, asset, null, Lists ? new PlacementFact(place.Node, place.Part) : null);
    }

    public void Identify(AssetId asset, IdentifierKind kind, ReadOnlySpan<byte> utf8, Validity valid, RecordedFact? before)
    {
        Span<char> text = stackalloc char[TextSlab.MaxBytes];
        text = text[..System.Text.Encoding.UTF8.GetChars(utf8, text)];
        _record.AddIdentifier(asset, kind, text, valid, ground.Owner);
        Count(before is null ? ChangeVerb.Add : ChangeVerb.Change, asset, before, Lists ? new IdentifierFact(kind, text.ToString()) : null);
    }

    public void Say(AssetId asset, FactValue value, string key, Validity valid, RecordedFact? before)
    {
        _record.Add(Subject.Asset(asset), value, key, valid, ground.Owner);
        Count(before is null ? ChangeVerb.Add : ChangeVerb.Change, asset, before, value);
    }

    /// <summary>Another placement begins where one held.</summary>
    public void Move(AssetId asset, StableKey place, Validity valid, RecordedFact before)
    {
        _record.AddPlacement(asset, place, valid, ground.Owner);
        Count(ChangeVerb.Change, asset, before, Lists ? new PlacementFact(place.Node, place.Part) : null);
    }

    /// <summary>A fact no longer holds from an instant on; it keeps its past.</summary>
    /// <param name="fact">A fact believed.</param>
    /// <param name="atMs">From when on.</param>
    public void Cut(RecordedFact fact, long atMs)
    {
        if (!_retracted.Add(fact.Id))
        {
            return;
        }

        _retract.Add(fact.Id);
        if (fact.Valid.FromMs < atMs)
        {
            Keep(fact, fact.Valid with { ToMs = atMs });
        }
    }

    /// <summary>A fact ends, and nothing comes after it.</summary>
    public void End(RecordedFact fact, long atMs)
    {
        Cut(fact, atMs);
        Count(ChangeVerb.Remove, new AssetId(fact.Subject.Number), fact, null);
    }

    /// <summary>A fact gets another end.</summary>
    public void Redate(RecordedFact fact, Validity valid)
    {
        if (_retracted.Add(fact.Id))
        {
            _retract.Add(fact.Id);
        }

        Keep(fact, valid);
        Count(ChangeVerb.Change, new AssetId(fact.Subject.Number), fact, Lists ? fact.Value : null);
    }

    private void Keep(RecordedFact fact, Validity valid)
    {
        if (fact.Aspect == FactAspect.Placement)
        {
            _record.AddPlacement(new AssetId(fact.Subject.Number), fact.Place, valid, fact.DeclaredBy);
        }
        else
        {
            _record.Add(fact.Subject, fact.Value, fact.Key, valid, fact.DeclaredBy);
        }
    }

    private bool Lists => Tally.Listed.Count < ChangeTally.ListedMax;

    // Objects for people are made only while lines are kept for them.
    private void Count(ChangeVerb verb, AssetId asset, RecordedFact? before, FactValue? after)
    {
        if (Lists)
        {
            Tally.Add(verb, Subject.Asset(asset), subject => new AssetId(subject.Number).ToString(), before?.Value, after);
        }
        else
        {
            Tally.AddUnlisted(verb == ChangeVerb.Add ? 1 : 0, verb == ChangeVerb.Change ? 1 : 0, verb == ChangeVerb.Remove ? 1 : 0);
        }
    }
}
