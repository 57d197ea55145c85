using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// Colours of an accelerator's power: eight steps of viridis, which rises in lightness, so it reads the same to colour-blind people and in
/// print. The scale is fixed by the SKU's claim, not by the readings: a colour means the same watts from one second to the next.
/// </summary>
/// <param name="StepWatts">Width of a step, W.</param>
public sealed record PowerScale(double StepWatts)
{
    /// <summary>Taken where no SKU claims a power: eight steps of 150 W cover the accelerators of today.</summary>
    private const double DefaultWatts = 1200;

    private static readonly string[] Viridis = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];

    /// <summary>How many steps there are.</summary>
    public static int Steps => Viridis.Length;

    /// <summary>The scale of a rack's accelerators: the highest claim in the build is its top.</summary>
    public static PowerScale Of(RackBuild build, SkuCatalogue catalogue)
    {
        var watts = build.Parts.Where(part => part.SkuKind == SkuKind.Accelerator).Select(part => part.Sku).Distinct()
            .Select(sku => catalogue.TryFind(sku, out var found) ? found.DesignWatts?.Value ?? 0 : 0).DefaultIfEmpty(0).Max();
        return new PowerScale((watts > 0 ? watts : DefaultWatts) / Viridis.Length);
    }

    /// <summary>The colour of a power, or null where nothing was read.</summary>
    public string? Colour(double? watts) => watts is { } known && !double.IsNaN(known) ? Viridis[Step(known)] : null;

    /// <summary>The colour of a step.</summary>
    public static string ColourOf(int step) => Viridis[step];

    /// <summary>The lower edge of a step for the legend.</summary>
    public string EdgeOf(int step) => (step * StepWatts).ToString("N0", CultureInfo.InvariantCulture);

    private int Step(double watts) => (int)Math.Clamp(Math.Floor(watts / StepWatts), 0, Viridis.Length - 1);
}
