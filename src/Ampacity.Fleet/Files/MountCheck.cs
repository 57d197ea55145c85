using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Whether what is mounted in free positions fits: in the rack's height, beside the slots that its build fills, and not in one another. A
/// slot of a build takes both faces, for trays of accelerator racks go through; a free position takes its own face,
/// or both where its SKU is of full depth.
/// </summary>
internal sealed class MountCheck(BodyReading body)
{
    private readonly Dictionary<SkuRevision, List<Span>> _slots = [];
    private readonly Dictionary<int, List<Span>> _mounted = [];

    public void Mount(DataNode node, int rackIndex, DeclaredRack rack, RackPosition position, Sku? sku)
    {
        if (position.Face == RackFace.Side)
        {
            return;
        }

        var rackSku = rack.Sku is { } pinned ? body.Catalogue[pinned] : null;
        var (units, unit) = rackSku?.Height is { } height ? (height.Count, height.Unit) : (rack.Terms.Frame?.Units, rack.Terms.Frame?.Unit ?? RackUnit.RU);
        if (sku?.Height is { } own && own.Unit != unit)
        {
            body.Errors.Add(node, "rack-unit", $"{sku.Revision} is counted in {own.Unit} and this rack in {unit}; they do not fit each other");
            return;
        }

        // Half-open, in half units; what states no SKU takes one unit.
        var taken = new Span(position.HalfUnits, position.HalfUnits + (sku?.Height?.HalfUnits ?? 2), sku?.IsFullDepth == true ? null : position.Face, node.Name);
        if (taken.End > (2 * units) + 2)
        {
            body.Errors.Add(node, "outside-rack", FormattableString.Invariant($"it reaches above the rack's {units} {unit}; write a lower position"));
            return;
        }

        var mounted = _mounted.TryGetValue(rackIndex, out var spans) ? spans : _mounted[rackIndex] = [];
        var other = SlotsOf(rackSku).Concat(mounted).FirstOrDefault(span =>
            span.Begin < taken.End && taken.Begin < span.End && (span.Face is null || taken.Face is null || span.Face == taken.Face));
        if (other.Name is not null)
        {
            body.Errors.Add(node, "slot-taken", $"{other.Name} is there already; write a free position, or correct its SKU's height");
            return;
        }

        mounted.Add(taken);
    }

    private List<Span> SlotsOf(Sku? rack)
    {
        if (rack is null)
        {
            return [];
        }

        if (!_slots.TryGetValue(rack.Revision, out var spans))
        {
            spans = [];
            foreach (var part in body.Catalogue.FindBuild(rack.Revision.ToString())?.Parts ?? [])
            {
                if (part is { Kind: PartKind.Slot, Parent: 0 })
                {
                    var begin = 2 * int.Parse(part.Name, CultureInfo.InvariantCulture);
                    spans.Add(new(begin, begin + (2 * body.Catalogue[part.Sku].Height!.Value.Count), null, $"slot {part.Name} of {rack.Revision}"));
                }
            }

            _slots.Add(rack.Revision, spans);
        }

        return spans;
    }

    private readonly record struct Span(int Begin, int End, RackFace? Face, string Name);
}
