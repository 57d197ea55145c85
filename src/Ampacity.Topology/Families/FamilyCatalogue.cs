namespace Ampacity.Topology;

/// <summary>The canonical families that are declared, by name.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class FamilyCatalogue
{
    private readonly Dictionary<string, MetricFamily> _byName;

    /// <summary>Gathers families.</summary>
    /// <exception cref="ArgumentException">Two families have one name.</exception>
    public FamilyCatalogue(IEnumerable<MetricFamily> families) =>
        _byName = families.ToDictionary(family => family.Name, StringComparer.Ordinal);

    /// <summary>No family: every name is raw.</summary>
    public static FamilyCatalogue Empty { get; } = new([]);

    /// <summary>All families.</summary>
    public IEnumerable<MetricFamily> All => _byName.Values;

    /// <summary>A family by its canonical name, or null.</summary>
    public MetricFamily? Find(string name) => _byName.GetValueOrDefault(name);
}
