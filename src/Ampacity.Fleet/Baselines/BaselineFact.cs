using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>
/// What a kind of tray should run, from a hall's declaration: one property of one SKU. The subject is the hall; the fact's key is
/// <c>sku property</c>.
/// </summary>
/// <param name="Sku">Id of the SKU without revision, such as <c>nvidia/gb200-compute-tray</c>.</param>
/// <param name="Property"><c>model</c>, <c>part</c>, <c>leakDetectors</c> (a number), or the Redfish Id of a firmware entry; <c>*</c> stands for any text.</param>
/// <param name="Value">What it should be; several allowed values have <c>|</c> between them.</param>
public sealed record BaselineFact(string Sku, string Property, string Value) : FactValue
{
    /// <summary>Most characters of a property or a value.</summary>
    public const int CharsMax = 200;

    /// <summary>The key of such a fact.</summary>
    public static string KeyOf(string sku, string property) => $"{sku} {property}";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "baseline";
}
