using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>What a power node may carry: its engineered limit and how long it bears more.</summary>
/// <param name="Limit">Continuous limit, W at the node's output: rating × power factor × continuous factor.</param>
/// <param name="Rating">Nameplate in W, before the continuous factor; the overload curve multiplies this.</param>
/// <param name="Overload">Points by rising multiple; empty where nobody said.</param>
public sealed record NodePower(Watts Limit, Watts Rating, IReadOnlyList<OverloadPoint> Overload)
{
    /// <summary>√3, for three-phase power P = √3 · V(line to line) · I (domain.md §2.1).</summary>
    private static readonly double Root3 = Math.Sqrt(3);

    /// <summary>The limit that a rating fact states.</summary>
    public static NodePower From(PowerRatingFact fact)
    {
        var rating = fact switch
        {
            { Watts: { } watts } => new Watts(watts),
            { VoltAmperes: { } voltAmperes } => new VoltAmperes(voltAmperes).AtPowerFactor(fact.PowerFactor),
            { Amperes: { } amperes, Volts: { } volts } => fact.Form switch
            {
                CurrentForm.Direct => new Watts(volts * amperes),
                CurrentForm.SinglePhase => new VoltAmperes(volts * amperes).AtPowerFactor(fact.PowerFactor),
                _ => new VoltAmperes(Root3 * volts * amperes).AtPowerFactor(fact.PowerFactor),
            },
            _ => throw new InvalidOperationException("Bug: a rating without watts, volt-amperes or amperes at volts was recorded"),
        };
        return new NodePower(rating * fact.ContinuousFactor, rating, fact.Overload);
    }

    /// <summary>
    /// How long a load may be borne: null within the limit (for ever), else seconds. Between two points of the curve the shorter time
    /// holds, as a protection engineer reads a stepped curve; above the last point it trips at once; over the limit without a curve, or
    /// over the continuous limit but not the rating, the shortest honest answer is unknown, and the NEC's 3 h for continuous load stands.
    /// </summary>
    public double? SecondsToTrip(Watts load)
    {
        if (load <= Limit)
        {
            return null;
        }

        var multiple = load / Rating;
        if (multiple <= 1)
        {
            return ContinuousSeconds;
        }

        foreach (var point in Overload)
        {
            if (multiple <= point.Multiple)
            {
                return point.Seconds;
            }
        }

        return 0;
    }

    /// <summary>A load is continuous from three hours on (NEC; domain.md §2.1): that long it may pass the continuous factor.</summary>
    private const double ContinuousSeconds = 3 * 3600;
}
