using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>A rule that binds series to places, declared by a hall. The fact's key is the rule's rank.</summary>
/// <param name="Rank">Order among the hall's rules (<see cref="BindingRank"/>), in a file from 0; the first that matches wins.</param>
/// <param name="Match">A PromQL selector on target and identity labels.</param>
/// <param name="AssetBy">Identifier by which the asset is found, or null.</param>
/// <param name="AssetFromLabel">Label that holds that identifier, or null.</param>
/// <param name="PlaceTemplate">Path with <c>$label</c>s, relative to the hall, or null.</param>
public sealed record BindingRuleFact(
    int Rank, string Match, IdentifierKind? AssetBy, string? AssetFromLabel, string? PlaceTemplate) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "bindingRule";
}
