namespace Ampacity.Redfish;

/// <summary>What is known of a BMC before its profile is: what a service root says, and where that is silent, its managers and chassis.</summary>
/// <param name="Vendor"><c>Vendor</c> of the root.</param>
/// <param name="Product"><c>Product</c> of the root.</param>
/// <param name="RedfishVersion"><c>RedfishVersion</c> of the root.</param>
/// <param name="OemKeys">Names below <c>Oem</c> of the root, its managers and chassis.</param>
/// <param name="Models">Models of managers and chassis, and Ids of chassis.</param>
public sealed record BmcHints(
    string? Vendor, string? Product, string? RedfishVersion, IReadOnlyCollection<string> OemKeys, IReadOnlyCollection<string> Models)
{
    /// <summary>What the root alone says.</summary>
    public static BmcHints Of(ResourceReader root) => new(
        root.Text("Vendor"), root.Text("Product"), root.Text("RedfishVersion"), [.. root.Names("Oem")], []);
}

/// <summary>Which BMCs a profile is for: texts that may begin or end in <c>*</c>, compared without case.</summary>
/// <param name="Vendor">Against <c>Vendor</c>.</param>
/// <param name="Product">Against <c>Product</c>.</param>
/// <param name="RedfishVersion">Against <c>RedfishVersion</c>.</param>
/// <param name="Oem">Against each name below <c>Oem</c>: one must fit.</param>
/// <param name="Model">Against each model of managers and chassis and each Id of a chassis: one must fit. For roots that are silent.</param>
public sealed record ProfileMatch(
    string Vendor = "*", string Product = "*", string RedfishVersion = "*", string Oem = "*", string Model = "*")
{
    /// <summary>Whether a BMC fits; a missing property fits only <c>*</c>.</summary>
    public bool Fits(BmcHints hints) =>
        One(Vendor, hints.Vendor) && One(Product, hints.Product) && One(RedfishVersion, hints.RedfishVersion)
        && Any(Oem, hints.OemKeys) && Any(Model, hints.Models);

    /// <summary>How much is stated, so that the most exact profile wins. A version weighs least: it says little about who made it.</summary>
    internal int Exactness => (4 * Weight(Vendor)) + (4 * Weight(Product)) + Weight(RedfishVersion) + (4 * Weight(Oem)) + (5 * Weight(Model));

    private static int Weight(string pattern) => pattern == "*" ? 0 : pattern.Contains('*', StringComparison.Ordinal) ? 1 : 2;

    private static bool Any(string pattern, IReadOnlyCollection<string> texts) => pattern == "*" || texts.Any(text => One(pattern, text));

    private static bool One(string pattern, string? text)
    {
        var core = pattern.AsSpan().Trim('*');
        return pattern == "*" || (text is not null && (pattern.StartsWith('*'), pattern.EndsWith('*')) switch
        {
            (true, true) => text.AsSpan().Contains(core, StringComparison.OrdinalIgnoreCase),
            (true, false) => text.AsSpan().EndsWith(core, StringComparison.OrdinalIgnoreCase),
            (false, true) => text.AsSpan().StartsWith(core, StringComparison.OrdinalIgnoreCase),
            _ => text.AsSpan().Equals(core, StringComparison.OrdinalIgnoreCase),
        });
    }
}
