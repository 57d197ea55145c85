namespace Ampacity.Fleet;

/// <summary>Writes assets, rack by rack in order of place, then those that have none.</summary>
internal sealed class CsvAssetExport(FleetView view, FactLedger ledger, TextWriter text)
{
    private readonly FleetGraph _graph = view.Graph;

    public void Write(IEnumerable<int> nodes, bool everything)
    {
        string[] firmware = [.. Components()];
        var row = new CsvRow(text, CsvColumns.Of(CsvKind.Assets).Concat(firmware.Select(component => CsvColumns.Firmware + component)));
        foreach (var rack in nodes.Where(node => _graph.KindOf(node) == NodeKind.Rack))
        {
            foreach (var (_, id) in _graph.Assets.In(rack))
            {
                Asset(id, row, firmware);
            }
        }

        // What is nowhere belongs to no subtree: only who sees the whole fleet sees it.
        if (!everything || view.Scope is not PlaceScope.WholeFleet)
        {
            return;
        }

        for (var number = 1L; number < ledger.NextAsset; number++)
        {
            if (_graph.Assets.PlaceOf(new AssetId(number)) is null)
            {
                Asset(new AssetId(number), row, firmware);
            }
        }
    }

    private SortedSet<string> Components()
    {
        var components = new SortedSet<string>(StringComparer.Ordinal);
        for (var first = 0; first < ledger.RecordedCount; first += FactPage.Rows)
        {
            var page = ledger.Table.PageOf(first);
            var count = Math.Min(FactPage.Rows, ledger.RecordedCount - first);
            for (var at = page.Aspect.AsSpan(0, count).IndexOf((byte)FactAspect.Firmware); at >= 0;)
            {
                components.Add(ledger.Table.Key(first + at));
                var next = page.Aspect.AsSpan(at + 1, count - at - 1).IndexOf((byte)FactAspect.Firmware);
                at = next < 0 ? -1 : at + 1 + next;
            }
        }

        return components;
    }

    private void Asset(AssetId id, CsvRow row, string[] firmware)
    {
        if (_graph.Assets.Find(id) is not { MergedInto: null } asset)
        {
            return;
        }

        long? placedFrom = null, ordered = null;
        foreach (var fact in ledger.Of(Subject.Asset(id)))
        {
            if (fact.Aspect == FactAspect.Placement && fact.Valid.Contains(_graph.AsOfMs))
            {
                placedFrom = fact.Valid.FromMs;
            }
            else if (fact.Aspect == FactAspect.Lifecycle && fact.Value is LifecycleFact { State: LifecycleState.Ordered })
            {
                ordered = Math.Min(ordered ?? long.MaxValue, fact.Valid.FromMs);
            }
        }

        row.Add(id.ToString());
        row.Add(asset.Place is { } place ? _graph.PathOf(place) : null);
        row.Add(asset[IdentifierKind.Serial]);
        row.Add(asset[IdentifierKind.Mac]);
        row.Add(asset[IdentifierKind.Uuid]);
        row.Add(asset[IdentifierKind.Hostname]);
        row.Add(asset[IdentifierKind.AssetTag]);
        row.Add(asset.PartNumber);
        row.Add(asset.Sku);
        row.Add(asset.State?.ToString());
        row.Add(asset.Parties?.Owner);
        row.Add(asset.Parties?.Tenant);
        row.Add(ordered is { } orderedMs ? CsvTimes.Text(orderedMs) : null);
        row.Add(placedFrom is { } placedMs ? CsvTimes.Text(placedMs) : null);
        foreach (var component in firmware)
        {
            row.Add(asset.Firmware.FirstOrDefault(version => version.Component == component)?.Version);
        }

        row.End();
    }
}
