namespace Ampacity.Fleet;

/// <summary>Writes scale-up domains over parts of racks; those of whole racks stand with the racks.</summary>
internal sealed class ExportDomains(ExportPlace place)
{
    public IEnumerable<(string Name, List<(string Key, string Text)> Keys)> Write(int hall)
    {
        var domains = new SortedDictionary<string, (string Part, List<string> Racks)>(StringComparer.Ordinal);
        foreach (var row in place.Children(hall, kind => kind == NodeKind.Row))
        {
            foreach (var rack in place.Children(row, kind => kind == NodeKind.Rack))
            {
                foreach (var (part, domain) in place.Graph.NodeOf(rack)!.Domains.Where(d => d.Part.Length > 0))
                {
                    if (!domains.TryGetValue(domain, out var known))
                    {
                        domains.Add(domain, known = (part, []));
                    }

                    if (known.Part == part)
                    {
                        known.Racks.Add($"{place.Graph.NameOf(row)}/{place.Graph.NameOf(rack)}");
                    }
                    else
                    {
                        place.Omit(rack, $"domain {domain} over {part}");
                    }
                }
            }
        }

        return domains.Select(domain => (domain.Key, new List<(string, string)>
        {
            ("racks", ExportText.List(domain.Value.Racks)), ("part", ExportText.Scalar(domain.Value.Part)),
        }));
    }
}
