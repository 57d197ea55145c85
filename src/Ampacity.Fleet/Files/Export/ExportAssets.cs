namespace Ampacity.Fleet;

/// <summary>Writes named things, by the place that they are in.</summary>
internal sealed class ExportAssets(ExportPlace place)
{
    public IEnumerable<(string Name, List<(string Key, string Text)> Keys)> Write(int hall)
    {
        foreach (var row in place.Children(hall, kind => kind == NodeKind.Row))
        {
            foreach (var rack in place.Children(row, kind => kind == NodeKind.Rack))
            {
                var path = $"{place.Graph.NameOf(row)}/{place.Graph.NameOf(rack)}";
                foreach (var (part, id) in place.Graph.Assets.In(rack))
                {
                    var known = part == 0 || RackPosition.IsFree(part) || part < (place.Graph.BuildOf(rack)?.Parts.Length ?? 0);
                    var keys = Keys(place.Graph.Assets.Find(id)!);
                    if (!known || keys.Count == 0)
                    {
                        place.Omitted.Add($"{place.Graph.PathOf(rack)}: {id} {(known ? "has nothing that a fleet file says" : "is in a part that the rack's build does not have")}");
                        continue;
                    }

                    yield return (part == 0 ? path : $"{path}/{place.Graph.PartPathOf(new(rack, part))}", keys);
                }
            }
        }
    }

    private static List<(string Key, string Text)> Keys(FleetAsset asset)
    {
        var keys = new List<(string, string)>();
        Text("serial", asset[IdentifierKind.Serial]);
        Text("bmc", asset[IdentifierKind.Mac]);
        Text("uuid", asset[IdentifierKind.Uuid]);
        Text("hostname", asset[IdentifierKind.Hostname]);
        Text("assetTag", asset[IdentifierKind.AssetTag]);
        Text("part", asset.PartNumber);
        Text("sku", asset.Sku);
        if (asset.Firmware.Length > 0)
        {
            keys.Add(("firmware", ExportText.Map(asset.Firmware.Select(version => (version.Component, ExportText.Scalar(version.Version))))));
        }

        Text("address", asset.BmcAddress);
        if (asset.Cables.Length > 0)
        {
            keys.Add(("cables", ExportText.Map(asset.Cables.Select(cable => (cable.Port, ExportText.Scalar(cable.Peer))))));
        }

        Text("tenant", asset.Parties?.Tenant);
        Text("owner", asset.Parties?.Owner);
        Text("state", asset.State?.ToString());
        if (asset.Tags.Length > 0)
        {
            keys.Add(("tags", ExportText.List(asset.Tags)));
        }

        Text("note", asset.Note);
        return keys;

        void Text(string key, string? value)
        {
            if (value is not null)
            {
                keys.Add((key, ExportText.Scalar(value)));
            }
        }
    }
}
