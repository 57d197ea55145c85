using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>
/// Which places are asked for: every stated field must hold, and of several values of one field any. Immutable, any thread.
/// </summary>
public sealed record PlaceFilter
{
    /// <summary>Kinds of node, part or SKU, in any case: <c>Rack</c>, <c>slot</c>, <c>accelerator</c>.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>SKU revisions, or products of any revision.</summary>
    public ImmutableArray<string> Skus { get; init; } = [];

    /// <summary>Vendors: the part of the SKU before the slash.</summary>
    public ImmutableArray<string> Vendors { get; init; } = [];

    /// <summary>Lifecycle states that hold: a part's own, else its rack's.</summary>
    public ImmutableArray<LifecycleState> States { get; init; } = [];

    /// <summary>Programmes.</summary>
    public ImmutableArray<string> Programmes { get; init; } = [];

    /// <summary>Tenants that hold: its own, else those of what holds it.</summary>
    public ImmutableArray<string> Tenants { get; init; } = [];

    /// <summary>Operators that hold.</summary>
    public ImmutableArray<string> Operators { get; init; } = [];

    /// <summary>Owners that hold.</summary>
    public ImmutableArray<string> Owners { get; init; } = [];

    /// <summary>Tags of the place, or of the asset in it.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Names, with <c>*</c> for any text; one with a slash is held against the whole path.</summary>
    public ImmutableArray<Regex> Names { get; init; } = [];

    /// <summary>Nodes that feed it directly.</summary>
    public ImmutableArray<int> Feeds { get; init; } = [];

    /// <summary>Nodes that cool it directly.</summary>
    public ImmutableArray<int> Coolers { get; init; } = [];

    /// <summary>A name pattern: <c>*</c> is any text, all else is itself.</summary>
    /// <param name="pattern">At most 256 characters.</param>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    public static Regex Glob(string pattern) => pattern.Length is > 0 and <= 256
        ? new Regex(
            "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "\\z",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline, TimeSpan.FromSeconds(1))
        : throw new ArgumentException("a name pattern has 1 to 256 characters", nameof(pattern));

    /// <summary>Whether a place passes. The cheap fields are asked first.</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="key">The place.</param>
    public bool Matches(FleetView view, StableKey key)
    {
        var graph = view.Graph;
        var about = graph.NodeOf(key.Node)!;
        var part = key.Part == 0 ? null : about.Build?.PartAt(key.Part);
        if (!(Kinds.IsEmpty || MatchesKind(about, key, part))
            || !(Programmes.IsEmpty || Any(Programmes, about.Programme))
            || !(Names.IsEmpty || MatchesName(graph, key)))
        {
            return false;
        }

        if (!Feeds.IsEmpty && !(key.Part == 0 && Shares(Feeds, graph.Power.FeedsOf(key.Node)))
            || !Coolers.IsEmpty && !(key.Part == 0 && Shares(Coolers, graph.CoolersOf(key.Node))))
        {
            return false;
        }

        // What follows may lie in the asset.
        var asset = key.Part > 0 && NeedsAsset ? graph.Assets.At(key) : null;
        return (Skus.IsEmpty && Vendors.IsEmpty || MatchesSku(asset?.Sku ?? (key.Part == 0 ? about.Sku : part?.Sku.ToString())))
            && (States.IsEmpty || (EffectiveState(graph, key, asset) is { } state && States.Contains(state)))
            && (Tenants.IsEmpty || Any(Tenants, asset?.Parties?.Tenant ?? graph.TenantOf(key.Node)))
            && (Operators.IsEmpty || Any(Operators, asset?.Parties?.Operator ?? graph.OperatorOf(key.Node)))
            && (Owners.IsEmpty || Any(Owners, asset?.Parties?.Owner ?? graph.OwnerOf(key.Node)))
            && (Tags.IsEmpty || MatchesTag(graph, key, about, asset));
    }

    /// <summary>The lifecycle state that holds for a place: its asset's own, else that of the thing that holds it, up to the rack.</summary>
    /// <param name="graph">The fleet.</param>
    /// <param name="key">The place.</param>
    /// <param name="asset">The asset in it, if the caller has it already.</param>
    public static LifecycleState? EffectiveState(FleetGraph graph, StableKey key, FleetAsset? asset)
    {
        var about = graph.NodeOf(key.Node);
        if (key.Part > 0)
        {
            if (asset?.State is { } own)
            {
                return own;
            }

            for (var above = about?.Build?.PartAt(key.Part)?.Parent ?? 0; above > 0; above = about!.Build!.Parts[above].Parent)
            {
                if (graph.Assets.IdAt(new StableKey(key.Node, above)) is { } holder && graph.Assets.StateOf(holder) is { } held)
                {
                    return held;
                }
            }
        }

        return about?.State ?? (about?.Kind == NodeKind.Rack && graph.Assets.IdAt(StableKey.Of(key.Node)) is { } rack
            ? graph.Assets.StateOf(rack)
            : null);
    }

    private bool NeedsAsset => !Skus.IsEmpty || !Vendors.IsEmpty || !States.IsEmpty || !Tenants.IsEmpty || !Operators.IsEmpty || !Owners.IsEmpty || !Tags.IsEmpty;

    private static bool Any(ImmutableArray<string> values, string? text) => text is not null && values.Contains(text, StringComparer.Ordinal);

    private bool MatchesKind(FleetNode about, StableKey key, RackPart? part)
    {
        foreach (var kind in Kinds)
        {
            if (key.Part == 0
                ? kind.Equals(about.Kind.ToString(), StringComparison.OrdinalIgnoreCase)
                : kind.Equals((part?.Kind ?? PartKind.Slot).ToString(), StringComparison.OrdinalIgnoreCase)
                    || kind.Equals(part?.SkuKind.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesName(FleetGraph graph, StableKey key)
    {
        string? path = null;
        foreach (var pattern in Names)
        {
            var text = pattern.ToString().Contains('/', StringComparison.Ordinal) ? path ??= graph.PathOf(key)
                : key.Part == 0 ? graph.NameOf(key.Node)
                : graph.BuildOf(key.Node)?.PartAt(key.Part)?.Name ?? graph.PartPathOf(key);
            if (pattern.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesSku(string? sku)
    {
        if (sku is null)
        {
            return false;
        }

        var product = sku.LastIndexOf('@') is var at and > 0 ? sku[..at] : sku;
        return (Skus.IsEmpty || Any(Skus, sku) || Any(Skus, product))
            && (Vendors.IsEmpty || Any(Vendors, product.Split('/')[0]));
    }

    private bool MatchesTag(FleetGraph graph, StableKey key, FleetNode about, FleetAsset? asset)
    {
        if (key.Part == 0 && about.Tags.Any(tag => Any(Tags, tag)))
        {
            return true;
        }

        asset ??= graph.Assets.At(key);
        return asset is not null && asset.Tags.Any(tag => Any(Tags, tag));
    }

    private static bool Shares(ImmutableArray<int> wanted, ReadOnlySpan<int> nodes)
    {
        foreach (var node in nodes)
        {
            if (wanted.Contains(node))
            {
                return true;
            }
        }

        return false;
    }
}
