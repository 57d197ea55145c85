using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>A canonical family: one name, unit and meaning, read from whatever raw series carry it.</summary>
/// <param name="Name">Canonical name, such as <c>hw_power_watts</c>.</param>
/// <param name="Unit">UCUM unit of the canonical value.</param>
/// <param name="Kind">Gauge or counter.</param>
/// <param name="Meaning">What it measures, in one sentence.</param>
/// <param name="Trap">What people confuse it with.</param>
/// <param name="Least">Least credible value, in the unit; −∞ if there is none. Beyond it a sample's quality is out of range.</param>
/// <param name="Greatest">Greatest credible value; +∞ if there is none.</param>
/// <param name="Sources">Raw series it is read from, the most trusted first.</param>
public sealed record MetricFamily(
    string Name, string Unit, FamilyKind Kind, string Meaning, string Trap, double Least, double Greatest, IReadOnlyList<FamilySource> Sources);

/// <summary>Whether a family's values stand for themselves or only grow.</summary>
public enum FamilyKind
{
    /// <summary>The value stands for itself.</summary>
    Gauge,

    /// <summary>The value only grows, except at a reset.</summary>
    Counter,
}

/// <summary>Raw series that carry a family.</summary>
/// <param name="RawName">Metric name as the source sends it.</param>
/// <param name="Where">Further conditions on its stored labels.</param>
/// <param name="Factor">Canonical value = raw value × factor.</param>
/// <param name="Labels">Canonical label name → template over stored labels, such as <c>component → gpu{gpu}</c>.</param>
public sealed record FamilySource(
    string RawName, IReadOnlyList<Matcher> Where, double Factor, IReadOnlyDictionary<string, LabelTemplate> Labels);
