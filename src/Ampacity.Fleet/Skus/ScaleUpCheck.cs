namespace Ampacity.Fleet;

/// <summary>Whether the scale-up domains that SKUs declare are made of the accelerators that their builds have.</summary>
internal static class ScaleUpCheck
{
    public static IEnumerable<FileError> Check(SkuCatalogue catalogue)
    {
        foreach (var sku in catalogue.Skus.Where(sku => sku.ScaleUp.Length > 0))
        {
            var build = catalogue.FindBuild(sku.Revision.ToString()) ?? RackBuild.Flatten(sku.Revision, catalogue);
            var accelerators = build.AcceleratorCount;
            if (accelerators == 0)
            {
                continue;
            }

            var taken = new HashSet<int>();
            foreach (var domain in sku.ScaleUp)
            {
                if (domain.Parts.IsEmpty)
                {
                    if ((long)accelerators * domain.Racks != domain.Accelerators)
                    {
                        yield return Wrong(sku, domain, "scale-up-count",
                            $"{domain.Accelerators} accelerators over {domain.Racks} racks, but the build has {accelerators} in each; make them agree");
                    }

                    continue;
                }

                foreach (var part in domain.Parts.Where(part => !build.FindParts(part).Any()))
                {
                    yield return Wrong(sku, domain, "unknown-part", $"the build has no part '{part}'; name a slot such as 05, a range such as 05-12, or a path");
                }

                var own = domain.Parts.SelectMany(build.FindParts).SelectMany(part => Enumerable.Range(part, build.Parts[part].End - part))
                    .Where(part => build.Parts[part].SkuKind == SkuKind.Accelerator).ToHashSet();
                if (own.Count != domain.Accelerators)
                {
                    yield return Wrong(sku, domain, "scale-up-count",
                        $"domain '{domain.Name}' says {domain.Accelerators} accelerators, but its parts hold {own.Count}; make them agree");
                }

                if (own.Any(part => !taken.Add(part)))
                {
                    yield return Wrong(sku, domain, "domain-overlap", $"domain '{domain.Name}' takes accelerators of an earlier one; give each to one domain");
                }
            }
        }
    }

    private static FileError Wrong(Sku sku, ScaleUpDomain domain, string rule, FormattableString hint) =>
        new(sku.File, domain.Line, "scaleUp", rule, FormattableString.Invariant(hint));
}
