namespace Ampacity.Fleet;

/// <summary>Who is where now, by rack as it is asked for: 4 bytes a part of the racks asked about.</summary>
internal sealed class CsvOccupants(CsvGround ground)
{
    private readonly Dictionary<int, int[]> _parts = [];
    private int _rack = -1;
    private int[] _inRack = [];

    /// <summary>The asset in a place, or null.</summary>
    public AssetId? At(StableKey place)
    {
        if (place.Node != _rack)
        {
            _rack = place.Node;
            if (!_parts.TryGetValue(_rack, out _inRack!))
            {
                _parts[_rack] = _inRack = Load();
            }
        }

        // Parts of the build by ordinal; free positions are few and far beyond it, so they are looked up.
        return place.Part < _inRack.Length
            ? _inRack[place.Part] is var number and > 0 ? new AssetId(number) : null
            : ground.Ledger.Table.NewestInRack(_rack) < 0 ? null : ground.Graph.Assets.IdAt(place);
    }

    /// <summary>Whether an asset has a serial now.</summary>
    public bool HasSerial(AssetId asset) =>
        ground.Ledger.Holding(Subject.Asset(asset), FactAspect.Identifier, IdentifierKeys.Of(IdentifierKind.Serial), ground.NowMs) is not null;

    private int[] Load()
    {
        if (ground.Ledger.Table.NewestInRack(_rack) < 0)
        {
            return [];
        }

        var parts = new int[Math.Max(1, ground.Graph.BuildOf(_rack)?.Parts.Length ?? 1)];
        foreach (var placement in ground.Ledger.PlacedIn(_rack, ground.NowMs))
        {
            if (placement.Place.Part < parts.Length)
            {
                parts[placement.Place.Part] = checked((int)placement.Subject.Number);
            }
        }

        return parts;
    }
}
