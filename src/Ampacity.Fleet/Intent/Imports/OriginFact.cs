using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>
/// What a place, power node, organisation or asset is called in the system that it was imported from, so that a rename there is a rename
/// here. The fact's key is the source. It is no identifier: it says nothing of the thing itself.
/// </summary>
/// <param name="Source">The system, such as <c>netbox:netbox.example.com</c>.</param>
/// <param name="Called">Its name there for good: list and number, such as <c>racks/60</c>.</param>
public sealed record OriginFact(string Source, string Called) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "origin";
}
