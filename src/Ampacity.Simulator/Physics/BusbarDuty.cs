using System.Numerics;

namespace Ampacity.Simulator;

/// <summary>Carries a change of conditions or limits into the power of a BMC's parts and of what stands above them: its rack, its supplies.</summary>
/// <remarks>One change of a BMC at a time.</remarks>
internal static class BusbarDuty
{
    /// <summary>Supplies that tripped, lost their input, or work again.</summary>
    public static void Change(BmcSelf self, BmcConditions before, BmcConditions after, in Moment moment, JobWave job)
    {
        if (self.Bus is not { } bus || (before.TrippedSupplies == after.TrippedSupplies && before.UnfedSupplies == after.UnfedSupplies))
        {
            return;
        }

        // Counters first: up to now they follow the share of before.
        var counters = self.Counters is { } known ? [.. known] : new SupplyCounter[self.Tray.Supplies];
        for (var n = 0; n < counters.Length; n++)
        {
            counters[n] = counters[n].Become(StateOf(after, n), bus, in moment);
        }

        bus.Lose(Tripped(after) - Tripped(before), Unfed(after) - Unfed(before), job, moment.Seconds);
        self.Counters = counters;
    }

    /// <summary>Gives each accelerator the load that its condition and its limit leave it.</summary>
    public static void Hold(BmcSelf self, in Moment moment, JobWave job)
    {
        if (self.Loads is null && self.Conditions.GoneAccelerators == 0 && self.Limits is null)
        {
            return;
        }

        var loads = new AcceleratorLoad[self.Tray.Accelerators];
        var isOther = false;
        for (var n = 0; n < loads.Length; n++)
        {
            var before = self.Loads?[n] ?? AcceleratorLoad.Of(job);
            loads[n] = before.Become(WaveOf(self, n, job), moment.Seconds);
            isOther |= !ReferenceEquals(loads[n], before);
        }

        if (isOther)
        {
            self.Loads = loads;
            self.Rack?.Follow(job, moment.Seconds);
            if (self.Bus is { } bus && bus != self.Rack)
            {
                bus.Follow(job, moment.Seconds);
            }
        }
    }

    private static JobWave WaveOf(BmcSelf self, int n, JobWave job) => BmcConditions.Has(self.Conditions.GoneAccelerators, n) ? job.Held(0)
        : self.Limits is { } limits && double.IsFinite(limits[n]) ? job.Held(limits[n] / (self.Tray.AcceleratorDesignWatts * self.Scale(n)))
        : job;

    private static SupplyState StateOf(BmcConditions conditions, int n) => BmcConditions.Has(conditions.UnfedSupplies, n) ? SupplyState.Unfed
        : BmcConditions.Has(conditions.TrippedSupplies, n) ? SupplyState.Tripped
        : SupplyState.Working;

    private static int Tripped(BmcConditions conditions) => BitOperations.PopCount(conditions.TrippedSupplies & ~conditions.UnfedSupplies);

    private static int Unfed(BmcConditions conditions) => BitOperations.PopCount(conditions.UnfedSupplies);
}
