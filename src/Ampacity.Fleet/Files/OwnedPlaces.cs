using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The <c>owns</c> key: the subtrees that a file declares.</summary>
internal sealed class OwnedPlaces
{
    private readonly Dictionary<string, DataNode> _paths = new(StringComparer.Ordinal);
    private readonly bool _isWhole;

    public OwnedPlaces(DataNode owns, FileErrors errors)
    {
        foreach (var item in ItemText.Items(owns))
        {
            if (OwnerOf(item.Text) is { } other || (other = _paths.Keys.FirstOrDefault(path => IsBelow(path, item.Text))) is not null)
            {
                errors.Add(item, "owned-twice", $"{item.Text} and {other} hold one another; name the upper one alone");
            }

            _paths.TryAdd(item.Text, item);
        }

        _isWhole = _paths.ContainsKey(DeclaredFile.WholeFleet);
        if (_isWhole && _paths.Count > 1)
        {
            errors.Add(owns, "owned-twice", "fleet is everything; name it alone");
        }
    }

    public ImmutableArray<string> Paths => [.. _paths.Keys];

    /// <summary>The owned subtree that a place is in, or null.</summary>
    public string? OwnerOf(string path) =>
        _isWhole ? DeclaredFile.WholeFleet : _paths.Keys.FirstOrDefault(owner => owner == path || IsBelow(path, owner));

    /// <summary>Whether a place holds something that is owned.</summary>
    public bool Holds(string path) => _paths.Keys.Any(owner => IsBelow(owner, path));

    /// <summary>Owned places that were not stated.</summary>
    public IEnumerable<(string Path, DataNode At)> Unstated(IReadOnlySet<string> stated) => _isWhole
        ? []
        : _paths.Where(path => !stated.Contains(path.Key)).Select(path => (path.Key, path.Value));

    private static bool IsBelow(string path, string above) => path.Length > above.Length
        && path[above.Length] == '/' && path.StartsWith(above, StringComparison.Ordinal);
}
