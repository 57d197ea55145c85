using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>What a port of an asset is connected to, as its BMC names the other end. The fact's key is the port.</summary>
/// <param name="Port">Component and port, such as <c>gpu0/NVLink_3</c>.</param>
/// <param name="Peer">The other end as the BMC writes it, or <see cref="Nothing"/>.</param>
public sealed record CableFact(string Port, string Peer) : FactValue
{
    /// <summary>Stands for a port that is meant to have no link.</summary>
    public const string Nothing = "none";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "cable";
}
