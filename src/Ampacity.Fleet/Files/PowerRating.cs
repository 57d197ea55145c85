using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>
/// A rating as its nameplate states it: real power (a UPS in MW), apparent power (a transformer in MVA) or a current at a voltage
/// (a busway). The three are kept apart because only a power factor turns the latter two into watts.
/// </summary>
public abstract record PowerRating
{
    private PowerRating()
    {
    }

    /// <summary>
    /// What may be carried continuously, W: rating × power factor × continuous factor; a rating that is real power already takes no
    /// power factor.
    /// </summary>
    /// <param name="powerFactor">Above 0, at most 1; 0.98 is usual for accelerator racks.</param>
    /// <param name="continuousFactor">Above 0, at most 1: 0.8 for loads of 3 h and more unless the element is 100 %-rated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is outside its range.</exception>
    public Watts UsableWatts(double powerFactor, double continuousFactor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(powerFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(powerFactor, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(continuousFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(continuousFactor, 1);
        var rated = this switch
        {
            Real real => real.Power,
            ApparentPower apparent => apparent.Power.AtPowerFactor(powerFactor),
            CurrentAtVoltage { Form: CurrentForm.Direct } direct => new(direct.Rating.LineToLine.Value * direct.Rating.Current.Value),
            CurrentAtVoltage { Form: CurrentForm.SinglePhase } single =>
                new VoltAmperes(single.Rating.LineToLine.Value * single.Rating.Current.Value).AtPowerFactor(powerFactor),
            CurrentAtVoltage current => current.Rating.VoltAmperes.AtPowerFactor(powerFactor),
            _ => throw new InvalidOperationException("Bug: a fourth kind of rating."),
        };
        return rated * continuousFactor;
    }

    /// <summary>Real power, such as <c>3 MW</c>.</summary>
    /// <param name="Power">W, above zero.</param>
    public sealed record Real(Watts Power) : PowerRating;

    /// <summary>Apparent power, such as <c>2 MVA</c>.</summary>
    /// <param name="Power">VA, above zero.</param>
    public sealed record ApparentPower(VoltAmperes Power) : PowerRating;

    /// <summary>A current at a voltage, such as <c>1600 A at 415 V</c>.</summary>
    /// <param name="Rating">Per phase, and between phases; of DC and of a single phase, in the conductor and across it.</param>
    /// <param name="Form">What kind of current; three-phase AC unless said otherwise.</param>
    public sealed record CurrentAtVoltage(ThreePhaseRating Rating, CurrentForm Form = CurrentForm.ThreePhase) : PowerRating;
}
