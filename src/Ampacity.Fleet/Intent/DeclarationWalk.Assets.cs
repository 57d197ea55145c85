namespace Ampacity.Fleet;

// Named things.
internal sealed partial class DeclarationWalk
{
    private readonly Dictionary<AssetId, DeclaredAsset> _assets = [];

    private void StateAssets(IReadOnlyList<DeclaredAsset> assets, int[] racks)
    {
        foreach (var asset in assets)
        {
            var place = new StableKey(racks[asset.RackIndex], asset.Part);
            if (planner.AssetFor(asset, place) is not { } id)
            {
                continue;
            }

            if (!_assets.TryAdd(id, asset))
            {
                // One identifier is known of a thing, another one of the same thing: the file says that it is two.
                planner.Refuse(new(file.File, asset.Line, $"{asset.RackPath}/{asset.PartPath}", "same-asset",
                    $"by what is recorded this is {id}, which the file names at {_assets[id].RackPath}/{_assets[id].PartPath} too; correct an identifier, or split the asset first"));
                continue;
            }

            StateAsset(asset, Subject.Asset(id), place);
        }
    }

    private void StateAsset(DeclaredAsset asset, Subject subject, StableKey place)
    {
        planner.State(subject, new PlacementFact(place.Node, place.Part));
        foreach (var identifier in asset.Identifiers)
        {
            planner.State(subject, new IdentifierFact(identifier.Kind, identifier.Text), identifier.Kind.ToString());
        }

        if (asset.PartNumber is { } partNumber)
        {
            planner.State(subject, new PartNumberFact(partNumber));
        }

        if (asset.Sku is { } sku)
        {
            planner.State(subject, new PinnedSkuFact(sku.ToString()));
        }

        foreach (var firmware in asset.Firmware)
        {
            planner.State(subject, firmware, firmware.Component);
        }

        if (asset.BmcAddress is { } address)
        {
            planner.State(subject, new BmcAddressFact(address));
        }

        foreach (var cable in asset.Cables)
        {
            planner.State(subject, cable, cable.Port);
        }

        if (asset.State is { } state)
        {
            planner.State(subject, new LifecycleFact(state));
        }

        StateParties(subject, asset.Parties);
        StateRemarks(subject, asset.Note, asset.Tags);
    }
}
