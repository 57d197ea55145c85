namespace Ampacity.Fleet;

/// <summary>Edits of assets: move, retire, merge, split, a new BMC board.</summary>
internal sealed class AssetEdits(EditDraft draft)
{
    private const string Stock = "stock";

    public void Move(AssetId asset, FleetEdit.Move move, long atMs)
    {
        var from = draft.PlaceOf(asset, atMs);
        if (move.To == Stock)
        {
            Displace(asset, atMs);
            return;
        }

        if (!EditTarget.TryPlace(draft, move.To, atMs, out var to) || draft.NodeAt(to.Node, atMs)?.Kind != NodeKind.Rack)
        {
            throw EditTarget.Missing(move.To, "an asset moves to a slot or free position of a rack, such as …/r01/07/05 or …/r01/07/u12, or to stock");
        }

        if (from == to)
        {
            throw new EditRefusal("already-there", $"{asset} is there already");
        }

        // Who is in the way is looked for before anything moves: also inside the place, for a tray brings its own.
        var load = from is { } source ? Inside(source, atMs) : [];
        var others = Inside(to, atMs);
        if (others.Count > 0)
        {
            if (move.Swap && from is { } back)
            {
                Take(others, atMs);
                Take(load, atMs);
                Put(others, to, back, atMs);
                Put(load, back, to, atMs);
                return;
            }

            if (!move.ToStock)
            {
                throw new EditRefusal("place-taken", $"{others[0].Asset} is at {move.To}; {(move.Swap ? "the moved one has no place to give it: take it to stock" : "swap the two (--swap), or take it out (--to-stock)")}");
            }

            Take(others, atMs);
        }

        if (from is not { } origin)
        {
            draft.Begin(Subject.Asset(asset), new PlacementFact(to.Node, to.Part), atMs);
            return;
        }

        Take(load, atMs);
        Put(load, origin, to, atMs);
    }

    public void Retire(AssetId asset, long atMs)
    {
        var held = draft.PlaceOf(asset, atMs);
        foreach (var (_, inside) in held is { } place ? Inside(place, atMs) : [(0, asset)])
        {
            var subject = Subject.Asset(inside);
            draft.EndForGood(new Slot(subject, FactAspect.Placement, ""), atMs);
            draft.Set(new Slot(subject, FactAspect.Lifecycle, ""), new LifecycleFact(LifecycleState.Retired), Validity.Since(atMs));
        }
    }

    public void Merge(FleetEdit.Merge merge, long atMs)
    {
        var gone = EditTarget.Find(draft, merge.What, atMs).RequireAsset(draft, merge.What, atMs);
        var stays = EditTarget.Find(draft, merge.Into, atMs).RequireAsset(draft, merge.Into, atMs);
        if (gone == stays)
        {
            throw new EditRefusal("same-asset", $"both are {gone}");
        }

        var (from, into) = (Subject.Asset(gone), Subject.Asset(stays));
        foreach (var (slot, value) in draft.HoldingOf(from, atMs))
        {
            var target = slot with { Subject = into };
            var there = draft.Of(target).At(atMs)?.Value;
            var conflicts = there is not null && !there.Equals(value);
            if (conflicts && merge.Keep is null && slot.Aspect is FactAspect.Identifier or FactAspect.Placement)
            {
                throw new EditRefusal("merge-conflict",
                    $"both have {(slot.Aspect == FactAspect.Identifier ? $"a {slot.Key}" : "a place")} of their own; say whose stays (keep, --keep {gone} or --keep {stays})");
            }

            draft.EndForGood(slot, atMs);
            if (there is null || (conflicts && merge.Keep == MergeKeep.What && slot.Aspect != FactAspect.Lifecycle))
            {
                draft.Begin(into, value, atMs, slot.Key);
            }
        }

        foreach (var slot in draft.SlotsOf(from))
        {
            draft.EndForGood(slot, atMs);
        }

        draft.Begin(from, new MergedIntoFact(stays.Number), atMs);
    }

    public void Split(FleetEdit.Split split, long atMs)
    {
        var whole = EditTarget.Find(draft, split.What, atMs).RequireAsset(draft, split.What, atMs);
        var made = Subject.Asset(draft.NewAsset());
        if (split.Takes.Count == 0)
        {
            throw new EditRefusal("takes-nothing", "say what the new asset takes: kinds of identifier and placement, such as serial,placement");
        }

        foreach (var take in split.Takes)
        {
            var slot = take == "placement" ? new Slot(Subject.Asset(whole), FactAspect.Placement, "")
                : EditFields.TryIdentifier(take, out var kind) ? new Slot(Subject.Asset(whole), FactAspect.Identifier, IdentifierKeys.Of(kind))
                : throw new EditRefusal("unknown-field", $"'{take}' cannot be taken; there are serial, mac, uuid, hostname, assetTag and placement");
            if (draft.Of(slot).At(atMs) is not { } held)
            {
                throw new EditRefusal("takes-nothing", $"{whole} has no {take} at that time");
            }

            draft.End(slot, atMs);
            draft.Set(slot with { Subject = made }, held.Value, held.Valid with { FromMs = atMs });
        }

        draft.Begin(made, new SplitFromFact(whole.Number), atMs);
    }

    public void SwapBmc(FleetEdit.SwapBmc swap, long atMs)
    {
        var asset = EditTarget.Find(draft, swap.What, atMs).RequireAsset(draft, swap.What, atMs);
        var mac = EditFields.Identifier(IdentifierKind.Mac, swap.Mac);
        var held = draft.Holding<IdentifierFact>(Subject.Asset(asset), atMs, IdentifierKeys.Of(IdentifierKind.Mac));
        if (held is null || held.Equals(mac))
        {
            throw new EditRefusal("no-swap", held is null
                ? $"{asset} has no MAC that a board swap could end; set it: ampacity set asset:{asset.Number} mac={mac.Text}"
                : $"{asset} has this MAC already");
        }

        draft.Begin(Subject.Asset(asset), mac, atMs, IdentifierKeys.Of(IdentifierKind.Mac));
    }

    public void ExchangeBmcs(FleetEdit.ExchangeBmcs exchange, long atMs)
    {
        var key = IdentifierKeys.Of(IdentifierKind.Mac);
        var one = Subject.Asset(EditTarget.Find(draft, exchange.What, atMs).RequireAsset(draft, exchange.What, atMs));
        var other = Subject.Asset(EditTarget.Find(draft, exchange.Other, atMs).RequireAsset(draft, exchange.Other, atMs));
        if (one == other || draft.Holding<IdentifierFact>(one, atMs, key) is not { } first || draft.Holding<IdentifierFact>(other, atMs, key) is not { } second)
        {
            throw new EditRefusal("no-swap", "both trays need a MAC, and they must be two");
        }

        draft.Begin(one, second, atMs, key);
        draft.Begin(other, first, atMs, key);
    }

    // The asset in a place and all those in the places inside it.
    private List<(int Part, AssetId Asset)> Inside(StableKey place, long atMs)
    {
        var end = EndOf(place, atMs);
        return [.. draft.AssetsIn(place.Node, atMs).Where(inside => inside.Part >= place.Part && inside.Part < end)];
    }

    private int EndOf(StableKey place, long atMs) =>
        draft.GraphAt(atMs).BuildOf(place.Node) is { } build && place.Part < build.Parts.Length && place.Part > 0 ? build.Parts[place.Part].End : place.Part + 1;

    private void Displace(AssetId asset, long atMs)
    {
        if (draft.PlaceOf(asset, atMs) is not { } place)
        {
            throw new EditRefusal("already-there", $"{asset} has no place at that time");
        }

        Take(Inside(place, atMs), atMs);
    }

    private void Take(List<(int Part, AssetId Asset)> load, long atMs)
    {
        foreach (var (_, asset) in load)
        {
            draft.End(new Slot(Subject.Asset(asset), FactAspect.Placement, ""), atMs);
        }
    }

    private void Put(List<(int Part, AssetId Asset)> load, StableKey from, StableKey to, long atMs)
    {
        var sameShape = EndOf(from, atMs) - from.Part == EndOf(to, atMs) - to.Part;
        foreach (var (part, asset) in load)
        {
            if (part != from.Part && !sameShape)
            {
                throw new EditRefusal("no-such-socket", $"{asset} sits inside what moves, and the new place has no such socket; take it to stock first");
            }

            draft.Begin(Subject.Asset(asset), new PlacementFact(to.Node, to.Part + part - from.Part), atMs);
        }
    }
}
