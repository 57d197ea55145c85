using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// How firmware numbers the trays of a rack. Nobody numbers alike: rack units, trays from 0 or 1, from the bottom or the top. A numbering
/// counts only where most trays of the rack agree with it; then the few that do not are findings.
/// </summary>
internal sealed class RackNumbering
{
    private const int LeastTrays = 3;

    private readonly Dictionary<(int Rack, SkuKind Kind), Func<SurveyedPosition, int?>> _partOf = [];
    private readonly Dictionary<string, int> _rackOf = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Learns from the BMCs that are known by their MAC.</summary>
    public RackNumbering(FleetGraph graph, IReadOnlyList<(IntendedDevice Device, SurveyedBmc Bmc)> known)
    {
        var placed = known.Where(pair => pair.Bmc.Position is not null && pair.Device.At.Part > 0 && graph.BuildOf(pair.Device.At.Node)?.PartAt(pair.Device.At.Part)?.Kind == PartKind.Slot).ToList();
        NameRacks(placed);
        foreach (var trays in placed.Where(pair => pair.Device.Kind is not null).GroupBy(pair => (pair.Device.At.Node, pair.Device.Kind!.Value)))
        {
            if (Learn(graph.BuildOf(trays.Key.Node)!, trays.Key.Value, [.. trays]) is { } numbering)
            {
                _partOf.Add((trays.Key.Node, trays.Key.Value), numbering);
            }
        }
    }

    /// <summary>The place that a BMC believes to be in, as most trays of its kind in the rack number; null where that cannot be told.</summary>
    /// <param name="position">What it says.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="rack">The rack that it should be in; null for a stranger.</param>
    public StableKey? PlaceOf(SurveyedPosition position, SkuKind kind, int? rack)
    {
        var said = position.Rack is { } name && _rackOf.TryGetValue(name, out var named) ? named
            : rack ?? (position.Rack is null && _partOf.Keys.Select(key => key.Rack).Distinct().Take(2).ToArray() is [var only] ? only : -1);
        return _partOf.TryGetValue((said, kind), out var numbering) && numbering(position) is { } part ? new StableKey(said, part) : null;
    }

    // A rack's name is what two thirds of its trays, and no other rack's, call it.
    private void NameRacks(List<(IntendedDevice Device, SurveyedBmc Bmc)> placed)
    {
        foreach (var named in placed.Where(pair => pair.Bmc.Position!.Rack is not null).GroupBy(pair => pair.Bmc.Position!.Rack!, StringComparer.OrdinalIgnoreCase))
        {
            var most = named.GroupBy(pair => pair.Device.At.Node).MaxBy(group => group.Count())!;
            if (most.Count() >= LeastTrays && most.Count() * 3 >= named.Count() * 2)
            {
                _rackOf[named.Key] = most.Key;
            }
        }

        foreach (var twice in _rackOf.GroupBy(pair => pair.Value).Where(group => group.Count() > 1).ToList())
        {
            foreach (var (name, _) in twice)
            {
                _rackOf.Remove(name);
            }
        }
    }

    private static Func<SurveyedPosition, int?>? Learn(RackBuild build, SkuKind kind, IReadOnlyList<(IntendedDevice Device, SurveyedBmc Bmc)> trays)
    {
        var slots = build.Parts.Where(part => part.Kind == PartKind.Slot && part.Parent == 0).ToArray();
        var same = slots.Where(part => part.SkuKind == kind).ToArray();
        Func<SurveyedPosition, int?>? best = null;
        var most = 0;
        foreach (var number in (Func<SurveyedPosition, int?>[])[position => position.Offset, position => position.Slot])
        {
            Try(position => number(position) is { } unit && build.TryFind(unit.ToString("00", CultureInfo.InvariantCulture), out var part) ? part : null);
            foreach (var (first, fromTop) in ((int, bool)[])[(0, false), (1, false), (0, true), (1, true)])
            {
                Try(position => number(position) is { } n ? At(same, n - (long)first, fromTop) : null);
                Try(position => number(position) is { } n ? At(slots, n - (long)first, fromTop) : null);
            }
        }

        return best;

        static int? At(RackPart[] parts, long index, bool fromTop) => index >= 0 && index < parts.Length ? parts[fromTop ? parts.Length - 1 - index : index].Ordinal : null;

        void Try(Func<SurveyedPosition, int?> numbering)
        {
            var agree = 0;
            var shifts = new List<int>();
            foreach (var (device, bmc) in trays)
            {
                if (numbering(bmc.Position!) is { } part)
                {
                    agree += part == device.At.Part ? 1 : 0;
                    if (part != device.At.Part)
                    {
                        shifts.Add(Array.FindIndex(slots, slot => slot.Ordinal == part) - Array.FindIndex(slots, slot => slot.Ordinal == device.At.Part));
                    }
                }
            }

            // Several trays off by one and the same step are numbered otherwise from some slot on; they were not all moved.
            var isShifted = shifts.Count >= LeastTrays && shifts.TrueForAll(shift => shift == shifts[0]);
            if (agree > most && agree >= LeastTrays && agree * 3 >= trays.Count * 2 && !isShifted)
            {
                (best, most) = (numbering, agree);
            }
        }
    }
}
