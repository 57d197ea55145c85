using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Fields of which a subject has several, told apart by what stands behind the dot: <c>tranche.t1</c> of a hall, <c>domain</c> and
/// <c>domain.05</c> of a rack, <c>link.leaf-1</c> and <c>link.leaf-1@out</c> of a rack or a switch. What a value does not say stays as it is.
/// </summary>
internal sealed class KeyedFields(EditDraft draft, long atMs)
{
    private const int CountMax = 100_000; // As in fleet files.
    private const int OpticMax = 64;

    /// <summary>The slot of such a field and how to make its value; null if the field is none.</summary>
    /// <param name="field">Name of the field.</param>
    /// <param name="subject">Whose.</param>
    /// <param name="kind">Kind of the node; none for an asset.</param>
    /// <exception cref="EditRefusal">It is such a field and cannot be meant.</exception>
    public (Slot Slot, Func<FactValue?, string?, FactValue?> Make)? Of(string field, Subject subject, NodeKind kind)
    {
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var (name, key) = dot < 0 ? (field, "") : (field[..dot], field[(dot + 1)..]);
        switch (name)
        {
            case "tranche" when kind == NodeKind.Hall:
                return (new(subject, FactAspect.Tranche, EditFields.Name(key)), (before, text) => text is null ? null : Tranche(before as TrancheFact, text));
            case "domain" when kind == NodeKind.Rack:
                if (key.Length > 0 && draft.GraphAt(atMs).BuildOf((int)subject.Number)?.TryFind(key, out _) != true)
                {
                    throw new EditRefusal("unknown-slot", $"the rack has nothing at '{key}'; write domain for the whole rack, or a part of its build such as domain.05");
                }

                return (new(subject, FactAspect.Domain, key), (_, text) => text is null ? null : new DomainFact(EditFields.Name(text)));
            case "baseline" when kind == NodeKind.Hall:
                var colon = key.IndexOf(':', StringComparison.Ordinal);
                if (colon < 0 || !SkuId.TryParse(key[..colon], out var sku) || key.Length - colon is < 2 or > BaselineFact.CharsMax)
                {
                    throw new EditRefusal("unknown-field", $"'{field}' names no baseline; write baseline.<sku>:<property>, such as baseline.nvidia/gb200-compute-tray:HGX_FW_BMC_0");
                }

                var property = key[(colon + 1)..];
                return (
                    new(subject, FactAspect.Baseline, BaselineFact.KeyOf(sku.Text, property)),
                    (_, text) => text is null ? null : new BaselineFact(sku.Text, property, EditFields.Plain(text, BaselineFact.CharsMax)));
            case "link" when kind is NodeKind.Rack or NodeKind.Switch:
                var (peer, plane) = Ends((int)subject.Number, key);
                return (
                    new(subject, FactAspect.Link, string.Create(CultureInfo.InvariantCulture, $"{plane}/{peer}")),
                    (before, text) => text is null ? null : Link(before as LinkFact ?? new LinkFact(peer, plane, 1, null, null, null), text));
            default:
                return null;
        }
    }

    private static TrancheFact Tranche(TrancheFact? before, string text)
    {
        var said = Parts(text, "power", "contracted", "energised");
        var watts = said.TryGetValue("power", out var power)
            ? QuantityText.TryWatts(power, out var read, out var hint) ? read.Value : throw new EditRefusal("bad-quantity", hint)
            : before?.Watts ?? throw new EditRefusal("missing-key", "a tranche that begins says its power, such as tranche.t1=\"25 MW, energised: 2027-01-01\"");
        var tranche = new TrancheFact(watts, Day("contracted", before?.ContractedMs), Day("energised", before?.EnergisedMs));
        return tranche.EnergisedMs < tranche.ContractedMs
            ? throw new EditRefusal("tranche-order", "it would be energised before it is contracted; correct one of the days")
            : tranche;

        long? Day(string name, long? unsaid) => !said.TryGetValue(name, out var day) ? unsaid
            : day.Length == 0 ? null
            : DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds()
                : throw new EditRefusal("bad-date", $"'{day}' is no day; write one such as 2026-03-31");
    }

    private static LinkFact Link(LinkFact before, string text)
    {
        var link = before;
        foreach (var (name, value) in Parts(text, "count", "rate", "optic", "length"))
        {
            link = name switch
            {
                "count" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= CountMax
                    ? link with { Count = count }
                    : throw new EditRefusal("bad-quantity", string.Create(CultureInfo.InvariantCulture, $"'{value}' is no number of links; write 1 to {CountMax}")),
                "rate" => link with
                {
                    BitsPerSecond = value.Length == 0 ? null
                    : QuantityText.TryBitRate(value, out var rate, out var hint) ? rate : throw new EditRefusal("bad-quantity", hint)
                },
                "optic" => link with
                {
                    Optic = value.Length == 0 ? null
                    : value.Length <= OpticMax && !value.Any(char.IsControl) ? value : throw new EditRefusal("bad-text", $"an optic has at most {OpticMax} characters")
                },
                _ => link with
                {
                    LengthMeters = value.Length == 0 ? null
                    : QuantityText.TryMeters(value, out var length, out var bad) ? length.Value : throw new EditRefusal("bad-quantity", bad)
                },
            };
        }

        return link;
    }

    // As a fleet file writes it, with or without braces; a value without a name is the first one's.
    private static Dictionary<string, string> Parts(string text, params ReadOnlySpan<string> names)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Trim().TrimStart('{').TrimEnd('}').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (names[0], part) : (part[..colon].Trim(), part[(colon + 1)..].Trim());
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                throw new EditRefusal("unknown-key", $"'{name}' is not said here; write {string.Join(", ", names.ToArray())}, such as \"{names[0]}: …, {names[1]}: …\"");
            }

            if (!said.TryAdd(name, value))
            {
                throw new EditRefusal("named-twice", $"{name} is said twice");
            }
        }

        return said.Count > 0 ? said : throw new EditRefusal("bad-text", $"nothing is said; write {string.Join(", ", names.ToArray())}");
    }

    // leaf-1 or r02/03 in the same hall, or a path from the root; behind an @ the plane. A pair that is linked one way is not linked again the other way.
    private (int Peer, int Plane) Ends(int from, string key)
    {
        var at = key.IndexOf('@', StringComparison.Ordinal);
        var (name, planeName) = at < 0 ? (key, null) : (key[..at], key[(at + 1)..]);
        var hall = from;
        while (hall >= 0 && draft.NodeAt(hall, atMs) is { Kind: not NodeKind.Hall } above)
        {
            hall = above.Parent;
        }

        var peer = Find(hall, name);
        if (peer < 0 || draft.NodeAt(peer, atMs)?.Kind is not (NodeKind.Rack or NodeKind.Switch))
        {
            throw new EditRefusal("unknown-end", $"no rack or switch is '{name}'; write one of this hall such as link.leaf-1 or link.r01/02, or a path from the root");
        }

        if (peer == from)
        {
            throw new EditRefusal("link-to-itself", "it would be linked to itself; name another end");
        }

        var plane = planeName is null ? OnlyPlane(from, peer) : Find(hall, planeName);
        if (planeName is not null && (plane < 0 || draft.NodeAt(plane, atMs)?.Kind != NodeKind.Plane))
        {
            throw new EditRefusal("unknown-plane", $"no plane of this hall is named '{planeName}'");
        }

        var other = new Slot(Subject.Node(peer), FactAspect.Link, string.Create(CultureInfo.InvariantCulture, $"{plane}/{from}"));
        return draft.Of(other).At(atMs) is null
            ? (peer, plane)
            : throw new EditRefusal("duplicate-link", $"{draft.Name(other.Subject, atMs)} says these links already; set them there");
    }

    // Who names no plane means the links that are there.
    private int OnlyPlane(int from, int peer)
    {
        int[] planes = [.. draft.HoldingOf(Subject.Node(from), atMs).Select(held => held.Value).OfType<LinkFact>().Where(link => link.Peer == peer).Select(link => link.Plane)];
        return planes.Length switch
        {
            0 => -1,
            1 => planes[0],
            _ => throw new EditRefusal("which-plane", "they are linked in several planes; write the plane behind an @, such as link.leaf-1@out"),
        };
    }

    private int Find(int hall, string name)
    {
        var segments = name.Split('/');
        var node = hall;
        foreach (var segment in segments)
        {
            node = node < 0 ? -1 : draft.ChildOf(node, segment, atMs);
        }

        return node >= 0 ? node : EditTarget.TryPlace(draft, name, atMs, out var place) && place.Part == 0 ? place.Node : -1;
    }
}
