using Ampacity.Simulator;
using CsCheck;

namespace Ampacity.Tests;

public sealed class JobWaveTests
{
    private static readonly JobWave[] Waves = [JobWave.Training, JobWave.Jobs, JobWave.Idle];

    [Fact]
    public void Energies_are_the_integrals_of_power_and_of_its_square() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 400_000], Gen.Int[1, 3_000]).Sample((which, from, cells) =>
        {
            // Over whole cells the load is straight, so that the trapezoid and Simpson's rule are exact.
            var wave = Waves[which];
            var (sum, squares) = (0.0, 0.0);
            for (var cell = from; cell < from + cells; cell++)
            {
                var (a, m, b) = (wave.Load((cell * 0.1) + 1e-7), wave.Load((cell * 0.1) + 0.05), wave.Load((cell * 0.1) + 0.1 - 1e-7));
                sum += 0.1 * (a + b) / 2;
                squares += 0.1 * ((a * a) + (4 * m * m) + (b * b)) / 6;
            }

            var (begin, end) = (from * 0.1, (from + cells) * 0.1);
            Assert.Equal(sum, wave.LoadSeconds(end) - wave.LoadSeconds(begin), 1e-4);
            Assert.Equal(squares, wave.SquareSeconds(end) - wave.SquareSeconds(begin), 1e-4);
        }, iter: 200);

    [Fact]
    public void The_training_wave_is_the_training_step() =>
        Gen.Double[0, 1e6].Sample(seconds => Assert.Equal(TrainingStep.LoadSeconds(seconds), JobWave.Training.LoadSeconds(seconds), 1e-3), iter: 500);

    [Fact]
    public void Warmth_follows_the_load_by_its_lag_and_stays_within_it()
    {
        foreach (var wave in Waves)
        {
            var warm = wave.Warm(0);
            for (var seconds = 0.0; seconds < 900; seconds += 0.1)
            {
                // A small step of Euler's rule.
                var next = wave.Warm(seconds + 0.1);
                var slope = (wave.Load(seconds + 0.05) - ((warm + next) / 2)) / JobWave.LagSeconds;
                Assert.Equal(warm + (slope * 0.1), next, 1e-3);
                Assert.InRange(next, TrainingStep.IdleLoad - 1e-9, 0.97);
                warm = next;
            }
        }
    }

    [Fact]
    public void Jobs_have_idle_gaps_and_between_them_trains_as_ever()
    {
        Assert.Equal(TrainingStep.IdleLoad, JobWave.Jobs.Load((16 * TrainingStep.PeriodSeconds) + 3), 1e-12);
        Assert.Equal(TrainingStep.Load(1_003), JobWave.Jobs.Load(1_003), 1e-9);
        Assert.Equal(0.97, JobWave.Jobs.Load((18 * TrainingStep.PeriodSeconds) + 3), 1e-9);
    }

    [Fact]
    public void A_supply_is_worst_when_nearly_idle_and_best_in_the_middle()
    {
        double Efficiency(double share) => share * 5_500 / SupplyLosses.InputWatts(share * 5_500, 5_500);

        Assert.InRange(Efficiency(0.1), 0.94, 0.95);
        Assert.InRange(Efficiency(0.5), 0.975, 0.977);
        Assert.InRange(Efficiency(1.0), 0.970, 0.972);
        // The integral over 100 s at a steady output is 100 times the input.
        Assert.Equal(100 * SupplyLosses.InputWatts(2_000, 5_500), SupplyLosses.InputJoules(100, 200_000, 100 * 2_000.0 * 2_000, 5_500), 1e-6);
    }
}
