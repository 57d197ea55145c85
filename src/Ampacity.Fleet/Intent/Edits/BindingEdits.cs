using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Edits of binding rules: each is a fact of the hall that declares it.</summary>
internal sealed class BindingEdits(EditDraft draft)
{
    private const string HostVerb = "host";

    public void Bind(FleetEdit.Bind edit, long atMs)
    {
        var (hall, path) = HallOf(edit.What, atMs);
        var template = edit.Place;
        if (edit.AssetBy is null && template is null)
        {
            template = path.Length > 0 ? path : throw new EditRefusal(
                "asset-or-place", $"{edit.What} is a hall, and series belong to something in it: name the place, or say asset or place of the rule");
        }
        else if (path.Length > 0)
        {
            throw new EditRefusal("bind-to-what", $"a rule with asset or place is declared by a hall, and {edit.What} is none; leave both out to bind to that place itself");
        }

        var ranks = draft.SlotsOf(Subject.Node(hall)).Where(slot => slot.Aspect == FactAspect.BindingRule)
            .Select(slot => int.Parse(slot.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)).ToArray();
        int rank;
        switch (edit.Order)
        {
            case BindOrder.First:
                rank = Math.Min(0, ranks.DefaultIfEmpty(0).Min()) - 1;
                break;
            case BindOrder.Last:
                rank = Math.Max(BindingRank.FirstFallback - 1, ranks.DefaultIfEmpty(0).Max()) + 1;
                break;
            default:
                rank = edit.Replaces is { } replaced && draft.Of(SlotOf(hall, replaced)).At(atMs) is not null
                    ? replaced
                    : throw Missing(hall, edit.Replaces ?? 0, atMs);
                break;
        }

        var fleet = draft.GraphAt(atMs).BindingRules.Count();
        var made = draft.Slots.Count(slot => slot.Key.Aspect == FactAspect.BindingRule);
        if (edit.Order != BindOrder.Replace && fleet + made >= BindingRank.RulesMax)
        {
            throw new EditRefusal("too-many-rules", string.Create(CultureInfo.InvariantCulture,
                $"the fleet has {fleet:N0} binding rules then, and {BindingRank.RulesMax:N0} are the most; write one rule with $label for what they have in common, or end some"));
        }

        draft.Begin(Subject.Node(hall), new BindingRuleFact(rank, edit.Match, edit.AssetBy, edit.AssetFrom, template), atMs, KeyOf(rank));
    }

    public void Unbind(FleetEdit.Unbind edit, long atMs)
    {
        var (hall, _) = HallOf(edit.What, atMs);
        if (draft.Of(SlotOf(hall, edit.Rank)).At(atMs) is null)
        {
            throw Missing(hall, edit.Rank, atMs);
        }

        draft.End(SlotOf(hall, edit.Rank), atMs);
    }

    private EditRefusal Missing(int hall, int rank, long atMs) => new(
        "unknown-rule", $"{draft.Name(Subject.Node(hall), atMs)} has no {BindingRank.NameOf(rank)} at that time; `ampacity show bindings` lists the rules");

    // The hall, and the path in it; an identifier stands for its asset wherever that is.
    private (int Hall, string Path) HallOf(string what, long atMs)
    {
        var target = EditTarget.Find(draft, what, atMs);
        var place = target.Place ?? draft.PlaceOf(target.Asset!.Value, atMs)
            ?? throw new EditRefusal("no-place", $"{what} has no place at that time, so no hall declares the rule; name a place");
        var path = new List<string>();
        for (var node = place.Node; node >= 0; node = draft.NodeAt(node, atMs)?.Parent ?? -1)
        {
            if (draft.NodeAt(node, atMs) is { Kind: NodeKind.Hall })
            {
                return (node, target.Asset is { } asset ? ByIdentifier(asset, atMs) : string.Join('/', path.Concat(Parts(place, atMs))));
            }

            path.Insert(0, draft.NodeAt(node, atMs)?.Name ?? "");
        }

        throw new EditRefusal("no-hall", $"{what} is in no hall; rules are declared by halls");
    }

    private string ByIdentifier(AssetId asset, long atMs)
    {
        foreach (var kind in (IdentifierKind[])[IdentifierKind.Serial, IdentifierKind.Uuid, IdentifierKind.Mac, IdentifierKind.Hostname])
        {
            // A segment of a template ends at a slash, and a dollar begins a label.
            if (draft.Holding<IdentifierFact>(Subject.Asset(asset), atMs, IdentifierKeys.Of(kind)) is { } held && held.Text.AsSpan().IndexOfAny('/', '$') < 0)
            {
                return $"{(kind == IdentifierKind.Hostname ? HostVerb : IdentifierKeys.Of(kind).ToLowerInvariant())}:{held.Text}";
            }
        }

        throw new EditRefusal("no-identifier", $"{asset} has no serial, UUID, MAC or host name that a rule could name; bind to its place");
    }

    private List<string> Parts(StableKey place, long atMs)
    {
        if (RackPosition.IsFree(place.Part))
        {
            return [RackPosition.Of(place.Part).ToString()];
        }

        var names = new List<string>();
        var build = draft.GraphAt(atMs).BuildOf(place.Node);
        for (var part = place.Part; part > 0 && build is not null; part = build.Parts[part].Parent)
        {
            names.Insert(0, build.Parts[part].Name);
        }

        return names;
    }

    private static Slot SlotOf(int hall, int rank) => new(Subject.Node(hall), FactAspect.BindingRule, KeyOf(rank));

    private static string KeyOf(int rank) => rank.ToString(CultureInfo.InvariantCulture);
}
