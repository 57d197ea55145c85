namespace Ampacity.Fleet;

internal sealed partial class CsvAssetRows
{
    private long Now => _ground.NowMs;

    private void StateNew(StableKey? place)
    {
        var ordered = _cells.Time("ordered", _ordered);
        var placedFrom = _cells.Time("placed_from", _placedFrom);
        var state = _cells.State("state", _state);
        var sku = Sku();
        if (!PlacementIsInTime(place, placedFrom, ordered, state))
        {
            return;
        }

        // What nobody dated holds as long as the thing is known to have been there.
        var sinceMs = Math.Min(Now, Math.Min(ordered ?? Now, placedFrom ?? Now));
        var since = Validity.Since(sinceMs);
        var asset = _draft.NewAsset();
        for (var i = 0; i < _identifiers.Length; i++)
        {
            if (_lengths[i] > 0)
            {
                _draft.Identify(asset, _identifiers[i].Kind, Identifier(i), since, null);
            }
        }

        if (place is { } there)
        {
            var stay = Validity.Since(placedFrom ?? Now);
            _draft.Place(asset, there, stay);
            _stays.Add(asset, there, stay, _table.Line);
        }

        LifecycleNew(asset, ordered, state);
        New(asset, sku is null ? null : new PinnedSkuFact(sku), "", since);
        New(asset, _cells.Word("part_number", _partNumber) is { } part ? new PartNumberFact(part) : null, "", since);
        New(asset, Parties(null), "", since);
        foreach (var (name, component, number) in _firmware)
        {
            New(asset, _cells.Word(name, number) is { } version ? new FirmwareFact(component, version) : null, component, since);
        }
    }

    private void LifecycleNew(AssetId asset, long? ordered, LifecycleState? state)
    {
        if (ordered is { } from && state != LifecycleState.Ordered)
        {
            _draft.Say(asset, new LifecycleFact(LifecycleState.Ordered), "", state is null ? Validity.Since(from) : new Validity(from, Math.Max(from + 1, Now)), null);
        }

        if (state is { } now)
        {
            var sinceMs = now == LifecycleState.Ordered ? ordered ?? Now : ordered >= Now ? ordered.Value + 1 : Now;
            _draft.Say(asset, new LifecycleFact(now), "", Validity.Since(sinceMs), null);
        }
    }

    private void New(AssetId asset, FactValue? value, string key, Validity valid)
    {
        if (value is not null)
        {
            _draft.Say(asset, value, key, valid, null);
        }
    }

    private bool PlacementIsInTime(StableKey? place, long? placedFrom, long? earliest, LifecycleState? state)
    {
        if (place is null)
        {
            if (placedFrom is not null)
            {
                _cells.Wrong("placed_from", "no-place", "the row says since when it is in its place, and no place");
                return false;
            }

            return true;
        }

        if (state == LifecycleState.Retired)
        {
            _cells.Wrong("state", "retired-asset", "a retired asset has no place; leave the place out");
            return false;
        }

        if (earliest > (placedFrom ?? Now))
        {
            _cells.Wrong(placedFrom is null ? "place" : "placed_from", "placed-before-ordered",
                $"it would be in its place from {CsvTimes.Text(placedFrom ?? Now)} on and was ordered {CsvTimes.Text(earliest.Value)}; correct the one that is wrong");
            return false;
        }

        return true;
    }

    private string? Sku()
    {
        if (_cells.Word("sku", _sku) is not { } sku)
        {
            return null;
        }

        if (!SkuRevision.TryParse(sku, out var revision) || !_ground.Catalogue.TryFind(revision, out _))
        {
            _cells.Wrong("sku", "unknown-sku", $"the catalogue has no '{CsvCells.Shown(sku)}'; write a revision such as nvidia/gb200-nvl72@1, or add its file");
            return null;
        }

        return sku;
    }

    private PartiesFact? Parties(PartiesFact? held)
    {
        var (owner, tenant) = (_cells.Word("owner", _owner), _cells.Word("tenant", _tenant));
        return owner is null && tenant is null ? null : new PartiesFact(held?.Operator, tenant ?? held?.Tenant, owner ?? held?.Owner);
    }

    private void StateKnown(AssetId asset, StableKey? place)
    {
        var ordered = _cells.Time("ordered", _ordered);
        var placedFrom = _cells.Time("placed_from", _placedFrom);
        var state = _cells.State("state", _state);
        RecordedFact? placement = null, life = null, parties = null, partNumber = null, sku = null;
        foreach (var fact in _ground.Ledger.Of(Subject.Asset(asset)))
        {
            if (!fact.Valid.Contains(Now))
            {
                continue;
            }

            switch (fact.Aspect)
            {
                case FactAspect.Placement: placement = fact; break;
                case FactAspect.Lifecycle: life = fact; break;
                case FactAspect.Parties: parties = fact; break;
                case FactAspect.PartNumber: partNumber = fact; break;
                case FactAspect.Sku: sku = fact; break;
            }
        }

        if (!MoveKnown(asset, place, placedFrom, ordered, state, placement))
        {
            return;
        }

        for (var i = 0; i < _identifiers.Length; i++)
        {
            if (_lengths[i] > 0)
            {
                IdentifyKnown(asset, i);
            }
        }

        LifecycleKnown(asset, ordered, state, life);
        Change(asset, Sku() is { } pinned ? new PinnedSkuFact(pinned) : null, "", sku);
        Change(asset, _cells.Word("part_number", _partNumber) is { } part ? new PartNumberFact(part) : null, "", partNumber);
        Change(asset, Parties(parties?.Value as PartiesFact), "", parties);
        foreach (var (name, component, number) in _firmware)
        {
            if (_cells.Word(name, number) is { } version)
            {
                Change(asset, new FirmwareFact(component, version), component,
                    _ground.Ledger.Holding(Subject.Asset(asset), FactAspect.Firmware, component, Now));
            }
        }
    }

    private bool MoveKnown(AssetId asset, StableKey? place, long? placedFrom, long? ordered, LifecycleState? state, RecordedFact? held)
    {
        if (place is null)
        {
            if (state == LifecycleState.Retired && held is { } left)
            {
                _draft.End(left, Now);
            }

            return PlacementIsInTime(place, placedFrom, null, state);
        }

        var earliest = Earliest(asset);
        if (held is { } same && same.Place == place)
        {
            if (placedFrom is { } said && said != same.Valid.FromMs)
            {
                _cells.Wrong("placed_from", "placed-from-differs",
                    $"{asset} is recorded there since {CsvTimes.Text(same.Valid.FromMs)}; `ampacity correct` corrects what was recorded wrongly");
                return false;
            }

            return PlacementIsInTime(place, same.Valid.FromMs, ordered ?? earliest, state);
        }

        if (!PlacementIsInTime(place, placedFrom, ordered ?? earliest, state))
        {
            return false;
        }

        var fromMs = placedFrom ?? Now;
        var toMs = Validity.Open;
        RecordedFact? before = null;
        foreach (var fact in _ground.Ledger.Of(Subject.Asset(asset)))
        {
            if (fact.Aspect != FactAspect.Placement)
            {
                continue;
            }

            if (fact.Valid.FromMs < fromMs && fact.Valid.ToMs > fromMs)
            {
                before = fact;
            }
            else if (fact.Valid.FromMs >= fromMs && fact.Valid.FromMs <= Now && fact.Valid.ToMs > fromMs)
            {
                _cells.Wrong(placedFrom is null ? "place" : "placed_from", "placement-overlaps",
                    $"{asset} is recorded at {_ground.Graph.PathOf(fact.Place)} since {CsvTimes.Text(fact.Valid.FromMs)}; `ampacity correct` corrects what was recorded wrongly");
                return false;
            }
            else if (fact.Valid.FromMs > fromMs)
            {
                toMs = Math.Min(toMs, fact.Valid.FromMs);
            }
        }

        var stay = new Validity(fromMs, toMs);
        if (before is { } old)
        {
            _draft.Cut(old, fromMs);
            _stays.AddRest(old, fromMs, _table.Line);
            _draft.Move(asset, place.Value, stay, old);
        }
        else
        {
            _draft.Place(asset, place.Value, stay);
        }

        _stays.Add(asset, place.Value, stay, _table.Line);
        return true;
    }

    private long? Earliest(AssetId asset)
    {
        var states = new List<(LifecycleState, long)>();
        foreach (var fact in _ground.Ledger.Of(Subject.Asset(asset)))
        {
            if (fact.Aspect == FactAspect.Lifecycle)
            {
                states.Add((((LifecycleFact)fact.Value).State, fact.Valid.FromMs));
            }
        }

        return states.Count == 0 ? null : Lifecycle.EarliestPlacementMs(states);
    }

    private void IdentifyKnown(AssetId asset, int i)
    {
        var kind = _identifiers[i].Kind;
        var held = _ground.Ledger.Holding(Subject.Asset(asset), FactAspect.Identifier, IdentifierKeys.Of(kind), Now);
        if (held is { } old)
        {
            if (old.Text.SequenceEqual(Identifier(i)))
            {
                return;
            }

            _draft.Cut(old, Now);
        }

        _draft.Identify(asset, kind, Identifier(i), new Validity(Now, UntilNext(asset, FactAspect.Identifier, IdentifierKeys.Of(kind))), held);
    }

    private void LifecycleKnown(AssetId asset, long? ordered, LifecycleState? state, RecordedFact? held)
    {
        if (ordered is { } from)
        {
            (long FromMs, LifecycleState State)? first = null;
            long? recorded = null;
            foreach (var fact in _ground.Ledger.Of(Subject.Asset(asset)))
            {
                if (fact.Aspect != FactAspect.Lifecycle)
                {
                    continue;
                }

                var said = ((LifecycleFact)fact.Value).State;
                recorded = said == LifecycleState.Ordered ? Math.Min(recorded ?? long.MaxValue, fact.Valid.FromMs) : recorded;
                first = first is null || fact.Valid.FromMs < first.Value.FromMs ? (fact.Valid.FromMs, said) : first;
            }

            if (recorded is { } there)
            {
                if (there != from)
                {
                    _cells.Wrong("ordered", "ordered-differs",
                        $"{asset} is recorded as ordered {CsvTimes.Text(there)}; `ampacity correct` corrects what was recorded wrongly");
                }
            }
            else if (first is { } begun && begun.FromMs <= from)
            {
                _cells.Wrong("ordered", "ordered-late",
                    $"{asset} is recorded as {begun.State} since {CsvTimes.Text(begun.FromMs)}, before it would have been ordered; correct the one that is wrong");
            }
            else
            {
                var toMs = first?.FromMs ?? (state is null or LifecycleState.Ordered ? Validity.Open : Math.Max(from + 1, Now));
                _draft.Say(asset, new LifecycleFact(LifecycleState.Ordered), "", new Validity(from, toMs), null);
                if (first is null && state == LifecycleState.Ordered)
                {
                    return;
                }
            }
        }

        if (state is not { } now)
        {
            return;
        }

        var before = (held?.Value as LifecycleFact)?.State;
        if (!Lifecycle.Allows(before, now))
        {
            _cells.Wrong("state", "lifecycle-step", $"{asset}: {Lifecycle.Hint(before!.Value, now)}");
            return;
        }

        Change(asset, new LifecycleFact(now), "", held);
    }

    private void Change(AssetId asset, FactValue? value, string key, RecordedFact? held)
    {
        if (value is null || (held is { } same && same.Value.Equals(value)))
        {
            return;
        }

        if (held is { } old)
        {
            _draft.Cut(old, Now);
        }

        _draft.Say(asset, value, key, new Validity(Now, UntilNext(asset, FactAspects.Of(value), key)), held);
    }

    private long UntilNext(AssetId asset, FactAspect aspect, string key)
    {
        var toMs = Validity.Open;
        foreach (var fact in _ground.Ledger.Of(Subject.Asset(asset)))
        {
            if (fact.Aspect == aspect && fact.Valid.FromMs > Now && fact.Valid.FromMs < toMs && fact.Key == key)
            {
                toMs = fact.Valid.FromMs;
            }
        }

        return toMs;
    }
}
