using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>What the things that imported files declare are called where they came from. Immutable; safe from any thread.</summary>
/// <param name="Source">The system, such as <c>netbox:netbox.example.com</c>: it owns the facts that the import states.</param>
/// <param name="Nodes">Name there (<c>racks/60</c>) by path here.</param>
/// <param name="Organisations">Name there (<c>tenants/1</c>) by organisation.</param>
/// <param name="Assets">Name there (<c>devices/7</c>) by the path of the asset's place.</param>
public sealed record ImportOrigins(
    string Source,
    ImmutableDictionary<string, string> Nodes,
    ImmutableDictionary<string, string> Organisations,
    ImmutableDictionary<string, string> Assets)
{
    /// <summary>Lists that the source did not give this time: that something of them is missing says nothing.</summary>
    public ImmutableHashSet<string> MissingLists { get; init; } = [];

    /// <summary>Whether what came from a missing list may go all the same.</summary>
    public bool AcceptsMissing { get; init; }

    /// <summary>Whether sites that the source no longer names go. Without it an import of some sites leaves the others alone.</summary>
    public bool RemovesSites { get; init; }
}

/// <summary>Something that an import could not do as the source says, and why.</summary>
/// <param name="Rule">Short stable name, such as <c>kept</c>.</param>
/// <param name="Text">The reason, for people.</param>
/// <param name="What">What it concerns: a path or an asset.</param>
public sealed record ImportRemark(string Rule, string Text, string What);
