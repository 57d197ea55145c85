using System.Text;
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
/// <param name="TellApart">Labels beside <c>component</c> that tell readings of one component apart, such as a direction; sorted.</param>
/// <param name="Sources">Raw series it is read from, the most trusted first.</param>
public sealed record MetricFamily(
    string Name, string Unit, FamilyKind Kind, string Meaning, string Trap, double Least, double Greatest,
    IReadOnlyList<string> TellApart, IReadOnlyList<FamilySource> Sources)
{
    /// <summary>Between the parts of a subject: no exporter is known to put it into a value, and if one did, two readings would be taken for one.</summary>
    internal const char SubjectSeparator = '\u001f';

    /// <summary>What a reading is of, within its place: the component and the labels that tell its readings apart. Of two sources one speaks for it.</summary>
    /// <param name="component">The component, or empty.</param>
    /// <param name="named">Labels of the reading under canonical names.</param>
    internal string SubjectOf(string component, LabelSet named)
    {
        if (TellApart.Count == 0)
        {
            return component;
        }

        var subject = new StringBuilder(component);
        foreach (var label in TellApart)
        {
            subject.Append(SubjectSeparator).Append(named[label]);
        }

        return subject.ToString();
    }
}

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
/// <param name="Repeats">Several rows say one value of a component, as those of MIG instances do: one of them counts.</param>
/// <param name="Blanks">Raw values, from – to inclusive, by which the source says that it knows nothing: out of range, whatever the factor makes of them.</param>
public sealed record FamilySource(
    string RawName, IReadOnlyList<Matcher> Where, double Factor, IReadOnlyDictionary<string, LabelTemplate> Labels,
    bool Repeats, IReadOnlyList<(double Least, double Greatest)> Blanks)
{
    /// <summary>The bit of a raw mask that this source is, from 0; null: the whole value.</summary>
    public int? Bit { get; init; }

    /// <summary>The value in the family's unit: raw × factor, or whether the bit of the mask is set.</summary>
    public double ValueOf(double raw) => Bit is { } bit && IsMask(raw) ? ((long)raw >> bit) & 1 : raw * Factor;

    // Beyond 2^53 a double does not hold every bit; what a driver writes for "unknown" lies near 2^63.
    private static bool IsMask(double raw) => raw >= 0 && raw < 9_007_199_254_740_992 && raw == Math.Floor(raw);

    /// <summary>Whether a raw value says that the source knows nothing.</summary>
    public bool IsBlank(double raw)
    {
        if (Bit is not null && !double.IsNaN(raw) && !IsMask(raw))
        {
            return true;
        }

        for (var i = 0; i < Blanks.Count; i++)
        {
            if (raw >= Blanks[i].Least && raw <= Blanks[i].Greatest)
            {
                return true;
            }
        }

        return false;
    }
}
