using Ampacity.Simulator;
using CsCheck;

namespace Ampacity.Tests;

public sealed class TrainingStepTests
{
    [Fact]
    public void Energy_is_the_integral_of_power() =>
        Gen.Select(Gen.Double[0, 5e7], Gen.Double[0.01, 3_000]).Sample((from, length) =>
        {
            const int Slices = 20_000;
            var sum = 0.0;
            for (var slice = 0; slice < Slices; slice++)
            {
                sum += TrainingStep.Load(from + ((slice + 0.5) * length / Slices)) * length / Slices;
            }

            // The sum is off by up to a slice at each jump into and out of a checkpoint, which comes every 40 steps.
            var jumps = 2 * (Math.Ceiling(length / (40 * TrainingStep.StepSeconds)) + 1);
            var slack = 0.001 + (jumps * (0.97 - 0.30) * length / Slices);
            Assert.Equal(sum, TrainingStep.LoadSeconds(from + length) - TrainingStep.LoadSeconds(from), slack);
        }, iter: 50);

    [Fact]
    public void It_swings_within_a_step_and_dips_for_a_checkpoint()
    {
        Assert.Equal(0.97, TrainingStep.Load(2));
        Assert.Equal(0.55, TrainingStep.Load(9.5));
        Assert.Equal(0.30, TrainingStep.Load((39 * TrainingStep.StepSeconds) + 2));
        Assert.InRange(TrainingStep.WarmLoad(1_000), 0.6, 0.97);
    }
}
