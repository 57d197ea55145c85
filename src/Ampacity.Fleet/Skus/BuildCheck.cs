namespace Ampacity.Fleet;

/// <summary>Whether the builds of a catalogue can be built: known children, no cycle, nothing twice in a slot, nothing too large.</summary>
internal sealed class BuildCheck
{
    private readonly Dictionary<SkuRevision, Sku> _skus;
    private readonly List<FileError> _errors = [];
    // Parts of a build by revision; 0 while it is being counted, which is how a cycle shows.
    private readonly Dictionary<SkuRevision, (long Parts, int Depth)> _sizes = [];

    private BuildCheck(Dictionary<SkuRevision, Sku> skus) => _skus = skus;

    public static IReadOnlyList<FileError> Check(Dictionary<SkuRevision, Sku> skus)
    {
        var check = new BuildCheck(skus);
        foreach (var sku in skus.Values)
        {
            foreach (var item in sku.Build)
            {
                if (!skus.ContainsKey(item.Child))
                {
                    check.Refuse(sku, item, "unknown-sku", $"the catalogue has no {item.Child}; add its file or name another revision");
                }
            }

            check.Sidecar(sku);
        }

        if (check._errors.Count == 0)
        {
            foreach (var sku in skus.Values)
            {
                check.Places(sku);
                check.Size(sku);
            }
        }

        return check._errors;
    }

    private void Sidecar(Sku sku)
    {
        if (sku.Sidecar is not { } revision)
        {
            return;
        }

        var rule = !_skus.TryGetValue(revision, out var sidecar) ? "unknown-sku" : sidecar.Kind != SkuKind.Sidecar ? "not-a-sidecar" : null;
        if (rule is not null)
        {
            _errors.Add(new(sku.File, sku.Line, "sidecar", rule, rule == "unknown-sku"
                ? $"the catalogue has no {revision}; add its file or name another revision"
                : $"{revision} is a {sidecar!.Kind}; name a SKU of kind Sidecar"));
        }
    }

    private void Places(Sku sku)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var units = new HashSet<int>();
        foreach (var item in sku.Build)
        {
            if (item.Kind == PartKind.Slot)
            {
                Slots(sku, item, units);
                continue;
            }

            for (var n = item.First; n <= item.Last; n++)
            {
                var name = item.NamePattern.Replace("{n}", FormattableString.Invariant($"{n}"), StringComparison.Ordinal);
                if (!taken.Add(name))
                {
                    Refuse(sku, item, "duplicate-socket", $"the socket '{name}' is there already; give these a name such as cpu{{n}}");
                    break;
                }
            }
        }
    }

    private void Slots(Sku sku, BuildItem item, HashSet<int> units)
    {
        if (sku.Height is not { } height)
        {
            Refuse(sku, item, "no-height", "what has slots needs a height, such as 48 RU; or write sockets");
            return;
        }

        if (_skus[item.Child].Height is not { } child)
        {
            Refuse(sku, item, "no-height", $"{item.Child} has no height, so it fits no slot; state its height in its own file");
            return;
        }

        if (child.Unit != height.Unit)
        {
            Refuse(sku, item, "rack-unit", $"{item.Child} is counted in {child.Unit} and this rack in {height.Unit}; they do not fit each other");
            return;
        }

        if (item.First < 1 || item.Last > height.Count)
        {
            Refuse(sku, item, "slot-outside", $"slots go from 1 to {height.Count} here; write a range inside");
            return;
        }

        if ((item.Last - item.First + 1) % child.Count != 0)
        {
            Refuse(sku, item, "slot-range", $"each {item.Child} is {child} high; write a range of a multiple of that");
        }

        for (var unit = item.First; unit <= item.Last; unit++)
        {
            if (!units.Add(unit))
            {
                Refuse(sku, item, "slot-taken", $"slot {unit} is filled by an earlier line; give each slot to one");
                break;
            }
        }
    }

    private (long Parts, int Depth) Size(Sku sku)
    {
        if (_sizes.TryGetValue(sku.Revision, out var known))
        {
            return known;
        }

        _sizes[sku.Revision] = default;
        long parts = 1;
        var depth = 0;
        foreach (var item in sku.Build)
        {
            var child = Size(_skus[item.Child]);
            if (child.Parts == 0)
            {
                Refuse(sku, item, "sku-cycle", $"{item.Child} contains {sku.Revision} in the end; take one of them out of the other");
                continue;
            }

            // Saturates instead of overflowing: beyond the limit the exact number does not matter.
            parts = Math.Min(parts + (item.Last - item.First + 1L) * child.Parts, int.MaxValue);
            depth = Math.Max(depth, child.Depth + 1);
        }

        if (parts > RackBuild.MaxParts || depth > RackBuild.MaxDepth)
        {
            _errors.Add(new(sku.File, sku.Line, "build", "too-many-parts",
                $"the build has {parts} parts in {depth} levels; at most {RackBuild.MaxParts} in {RackBuild.MaxDepth} are read"));
        }

        return _sizes[sku.Revision] = (parts, depth);
    }

    private void Refuse(Sku sku, BuildItem item, string rule, string hint) =>
        _errors.Add(new(sku.File, item.Line, "build", rule, hint));
}
