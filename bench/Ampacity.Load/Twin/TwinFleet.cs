using System.Globalization;
using System.Text;

namespace Ampacity.Load;

/// <summary>
/// Halls of 300 racks as inventory, and accelerators that name their hall, row and rack in labels, as an exporter of a site does that knows its own
/// place names. A rule a hall binds them. What each series says at each tick is a pure function.
/// </summary>
internal sealed class TwinFleet(int racks)
{
    public const int AcceleratorsOfRack = 72;
    public const string Site = "twin";

    /// <summary>Racks of the smaller selection, <c>pod="p0"</c>: 7,200 series a metric.</summary>
    public const int RacksOfFirstPod = 100;

    private const int RacksOfRow = 15;
    private const int RacksOfHall = 300;

    public int Racks => racks;

    public int Accelerators => racks * AcceleratorsOfRack;

    public int Halls => (racks + RacksOfHall - 1) / RacksOfHall;

    /// <summary>Value of <see cref="MetricName">metric 0</see>: whole watts, so that sums are exact.</summary>
    public static double WattsOf(int accelerator, long tick) => 200 + (((accelerator * 31L) + (tick * 13)) % 800);

    public static string MetricName(int metric) => string.Create(CultureInfo.InvariantCulture, $"twin_metric_{metric:00}");

    public static string HallOf(int rack) => string.Create(CultureInfo.InvariantCulture, $"h{(rack / RacksOfHall) + 1:00}");

    /// <summary>Rows are numbered through all halls, so that a rack's name is its own in the whole fleet.</summary>
    public static string RowOf(int rack) => string.Create(CultureInfo.InvariantCulture, $"r{(rack / RacksOfRow) + 1:000}");

    public static string PositionOf(int rack) => string.Create(CultureInfo.InvariantCulture, $"{(rack % RacksOfRow) + 1:00}");

    public static string PodOf(int rack) => rack < RacksOfFirstPod ? "p0" : "p1";

    /// <summary>The fleet file of a hall.</summary>
    public string HallText(int hall)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        var (first, end) = (hall * RacksOfHall, Math.Min(racks, (hall + 1) * RacksOfHall));
        var name = HallOf(first);
        text.Append(culture, $"ampacity: 1\nowns: {Site}/{name}\nhall: {{size: [60 m, 60 m]}}\npower:\n  utility: {{kind: Utility, rating: 60 MVA}}\n");
        text.Append("  ups-a: {kind: Ups, fedBy: utility, rating: 60 MW, efficiency: 0.96}\n");
        for (var rack = first; rack < end; rack += RacksOfRow)
        {
            text.Append(culture, $"  bw-{RowOf(rack)}: {{kind: Busway, fedBy: ups-a, rating: 8000 A at 415 V, continuous: 0.8}}\n");
        }

        text.Append("rows:\n");
        for (var rack = first; rack < end; rack += RacksOfRow)
        {
            text.Append(culture, $"  {RowOf(rack)}: {{sku: {SyntheticFleet.RackSku}, racks: {Math.Min(RacksOfRow, end - rack)}, ");
            text.Append(culture, $"at: [2 m, {((rack - first) / RacksOfRow * 2.5) + 2} m], pitch: 600 mm, feeds: [bw-{RowOf(rack)}]}}\n");
        }

        text.Append(culture, $"bindings:\n  - {{match: '{{job=\"twin\",hall=\"{name}\"}}', place: '$row/$rack'}}\n");
        return text.ToString();
    }
}
