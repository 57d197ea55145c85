namespace Ampacity.Fleet;

/// <summary>
/// Which part of the fleet a caller may see: all of it, some subtrees, or the halls of some tenants. Every read of the graph takes one.
/// </summary>
/// <remarks>Immutable, any thread. A scope names places by path, so that it stays true when the graph is rebuilt.</remarks>
public abstract record PlaceScope
{
    /// <summary>The whole fleet.</summary>
    public static readonly PlaceScope Whole = new WholeFleet();

    /// <summary>These places and all below them.</summary>
    public static PlaceScope Subtrees(params IReadOnlyList<string> paths) => new PlaceSubtrees(paths);

    /// <summary>The halls of these tenants.</summary>
    public static PlaceScope Tenants(params IReadOnlyList<string> tenants) => new TenantHalls(tenants);

    private PlaceScope()
    {
    }

    /// <summary>Everything.</summary>
    public sealed record WholeFleet : PlaceScope;

    /// <summary>Some subtrees.</summary>
    /// <param name="Paths">Paths of places; one that does not exist opens nothing.</param>
    public sealed record PlaceSubtrees(IReadOnlyList<string> Paths) : PlaceScope;

    /// <summary>Some tenants' halls.</summary>
    /// <param name="Names">Tenants, as halls name them.</param>
    public sealed record TenantHalls(IReadOnlyList<string> Names) : PlaceScope;
}
