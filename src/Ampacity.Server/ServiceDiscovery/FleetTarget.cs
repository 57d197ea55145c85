using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>A thing in the inventory that a scraper can reach: it has a place and a host name.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Asset">The thing.</param>
/// <param name="Kind">What it is: a kind of SKU or, of what is no part of a rack, a kind of node; camelCase.</param>
/// <param name="Host">Its host name as an address takes it; an IPv6 address is in brackets.</param>
internal readonly record struct FleetTarget(StableKey Place, FleetAsset Asset, string Kind, string Host);

/// <summary>Which targets are asked for; every stated field must hold.</summary>
/// <param name="Under">Only what is at or below this place.</param>
/// <param name="Kinds">Kinds in any case; empty for all.</param>
/// <param name="Places">What else the place has to be.</param>
internal sealed record TargetFilter(StableKey? Under, IReadOnlyList<string> Kinds, PlaceFilter Places)
{
    /// <summary>In the trade a tray computes; switch trays say so.</summary>
    private const string Tray = "tray";

    /// <summary>Every kind that a target can be of.</summary>
    public static IReadOnlyList<string> KnownKinds { get; } =
    [
        Tray,
        .. Enum.GetNames<SkuKind>().Concat(Enum.GetNames<NodeKind>().Where(name => name != nameof(NodeKind.None)))
            .Select(PlaceRow.Camel).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Everything that has a host name.</summary>
    public static readonly TargetFilter All = new(null, [], new PlaceFilter());

    /// <summary>Reads <c>under</c>, <c>kind</c> and the filters of places.</summary>
    /// <exception cref="QuestionException">A value is none of its field.</exception>
    public static TargetFilter Read(FleetQuestion question) => new(
        question.Text("under") is null ? null : question.Place("under"),
        [.. question.Values("kind").Select(KindOf)],
        PlaceFilterText.Read(question, kinds: false));

    /// <summary>The kind's own name for what somebody wrote.</summary>
    /// <exception cref="QuestionException">It is no kind.</exception>
    public static string KindOf(string text) => !KnownKinds.Contains(text, StringComparer.OrdinalIgnoreCase)
        ? throw new QuestionException($"'{FleetQuestion.Short(text)}' is no kind of target; these are: {string.Join(", ", KnownKinds)}.")
        : text.Equals(Tray, StringComparison.OrdinalIgnoreCase) ? nameof(SkuKind.ComputeTray) : text;

    /// <summary>Whether a kind is asked for.</summary>
    public bool TakesKind(string kind) => Kinds.Count == 0 || Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase);
}
