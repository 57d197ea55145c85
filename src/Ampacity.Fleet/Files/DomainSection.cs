namespace Ampacity.Fleet;

/// <summary>The <c>domains</c> section: scale-up domains over racks, or over a part of each.</summary>
internal static class DomainSection
{
    public static void Read(DataNode? section, RowSection rows, BodyReading body)
    {
        foreach (var domain in section ?? Enumerable.Empty<DataNode>())
        {
            var part = domain["part"]?.Text ?? "";
            foreach (var path in domain["racks"]!.Items)
            {
                if (!rows.Index.TryGetValue(path.Text, out var index))
                {
                    body.Errors.Add(path, "unknown-rack", $"no rack is at '{path.Text}'; write row/rack, such as r01/01");
                    continue;
                }

                var rack = rows.Racks[index];
                if (part.Length > 0 && !body.HasWrongSku(rack) && !(rack.Sku is { } sku && body.Catalogue.FindBuild(sku.ToString())?.TryFind(part, out _) == true))
                {
                    body.Errors.Add(domain["part"]!, "unknown-slot", $"{rack.Path} has nothing at '{part}'; name a part of its build, or leave part out");
                }
                else if (rack.Domains.FirstOrDefault(other => other.Part == part) is { Domain: { } taken })
                {
                    body.Errors.Add(path, "domain-twice", $"{rack.Path} is in domain {taken} already; keep one of the two");
                }
                else
                {
                    rows.Racks[index] = rack with { Domains = rack.Domains.Add((part, domain.Name)) };
                }
            }
        }
    }
}
