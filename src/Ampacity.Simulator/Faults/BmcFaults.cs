namespace Ampacity.Simulator;

/// <summary>What a fault does to one request.</summary>
/// <param name="Drop">Its connection breaks.</param>
/// <param name="DelaySeconds">It is answered so much later.</param>
/// <param name="Refusal">It is answered with a status; null: not.</param>
/// <param name="Merges">What is merged into its answer.</param>
internal readonly record struct RequestFault(bool Drop, double DelaySeconds, FaultRule? Refusal, IReadOnlyList<FaultRule> Merges);

/// <summary>The fault rules of one BMC. Exists only for a BMC that some rule names.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BmcFaults
{
    private readonly FaultRule[] _rules;
    private readonly int[] _keys;
    private readonly int[] _met;
    private readonly BmcSelf _self;
    private readonly HashSet<FaultRule> _rebooted = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _gate = new();
    private int _requests;
    private double _nextSeconds;

    public BmcFaults(IReadOnlyList<(FaultRule Rule, int Number)> rules, BmcSelf self)
    {
        _rules = [.. rules.Select(rule => rule.Rule)];
        _keys = [.. rules.Select(rule => 5_000_000 + (rule.Number * 100_000))];
        _met = new int[_rules.Length];
        _self = self;
    }

    /// <summary>Instants at which a state begins or ends, seconds since the start.</summary>
    public IEnumerable<double> Turns => _rules.Where(rule => !rule.IsOfRequests).SelectMany(rule => new[] { rule.AtSeconds, rule.EndSeconds }).Where(double.IsFinite);

    /// <summary>Whether a flap has it away now.</summary>
    public bool IsAway(double seconds)
    {
        foreach (var rule in _rules)
        {
            if (rule.Do == FaultKind.Flap && rule.IsActive(seconds) && (seconds - rule.AtSeconds) % rule.PeriodSeconds < rule.PeriodSeconds / 2)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the rules do to a request.</summary>
    public RequestFault On(string method, string path, double seconds)
    {
        var number = Interlocked.Increment(ref _requests);
        var (drop, delay, merges) = (false, 0.0, (List<FaultRule>?)null);
        FaultRule? refusal = null;
        for (var at = 0; at < _rules.Length; at++)
        {
            var rule = _rules[at];
            if (!rule.IsOfRequests || !rule.IsActive(seconds) || (rule.Method is not null && rule.Method != method) || !Glob.Matches(rule.Path, path)
                || (rule.Rate < 1 && _self.Share(unchecked(_keys[at] + number)) >= rule.Rate)
                || (rule.Count is { } most && Interlocked.Increment(ref _met[at]) > most))
            {
                continue;
            }

            drop |= rule.Do == FaultKind.Drop;
            delay += rule.Do == FaultKind.Delay ? rule.DelaySeconds : 0;
            refusal ??= rule.Do == FaultKind.Status ? rule : null;
            if (rule.Do == FaultKind.Merge)
            {
                (merges ??= []).Add(rule);
            }
        }

        return new RequestFault(drop, delay, refusal, merges ?? (IReadOnlyList<FaultRule>)[]);
    }

    /// <summary>Brings the BMC's conditions to an instant; cheap when nothing turns.</summary>
    public void Refresh(SimulatedBmc bmc, double seconds, DateTimeOffset now)
    {
        if (seconds < Volatile.Read(ref _nextSeconds))
        {
            return;
        }

        lock (_gate)
        {
            if (seconds < _nextSeconds)
            {
                return;
            }

            var (before, after) = (bmc.Resources.Self.Conditions, ConditionsAt(seconds, bmc.Resources.Self, now));
            foreach (var rule in _rules.Where(rule => rule.Do == FaultKind.Reboot && rule.IsActive(seconds) && _rebooted.Add(rule)))
            {
                bmc.Reboot(TimeSpan.FromSeconds(rule.EndSeconds - seconds));
                after = after with { BootedAt = bmc.Resources.Self.Conditions.BootedAt, Firmware = rule.Text ?? after.Firmware };
            }

            bmc.Change(after);
            foreach (var happened in ConditionEvents.Between(before, after, bmc.Resources.Template))
            {
                bmc.Publish(happened);
            }

            Volatile.Write(ref _nextSeconds, Turns.Where(turn => turn > seconds).DefaultIfEmpty(double.PositiveInfinity).Min());
        }
    }

    private BmcConditions ConditionsAt(double seconds, BmcSelf self, DateTimeOffset now)
    {
        // Serial and MAC may have been set from outside, and stay.
        var conditions = self.Conditions with { Leaking = 0, TrippedSupplies = 0, UnfedSupplies = 0, GoneAccelerators = 0, SwappedPorts = 0, StaleSince = null };
        foreach (var rule in _rules.Where(rule => !rule.IsOfRequests && rule.IsActive(seconds)))
        {
            var bit = rule.Part is { } part and >= 0 and < 64 ? 1UL << part : 0;
            conditions = rule.Do switch
            {
                FaultKind.Leak => conditions with { Leaking = conditions.Leaking | bit },
                FaultKind.PsuTrip => conditions with { TrippedSupplies = conditions.TrippedSupplies | bit },
                FaultKind.FeedLoss => conditions with { UnfedSupplies = conditions.UnfedSupplies | (bit == 0 ? All(self.Tray.Supplies) : bit) },
                FaultKind.GpuGone => conditions with { GoneAccelerators = conditions.GoneAccelerators | bit },
                FaultKind.CableSwap => conditions with { SwappedPorts = conditions.SwappedPorts | bit },
                FaultKind.Serial => conditions with { Serial = rule.Text },
                FaultKind.Mac => conditions with { Mac = rule.Text },
                FaultKind.Stale => conditions with { StaleSince = self.Conditions.StaleSince ?? now },
                _ => conditions,
            };
        }

        foreach (var ended in _rules.Where(rule => rule.Do is FaultKind.Serial or FaultKind.Mac && !rule.IsActive(seconds)))
        {
            conditions = ended.Do == FaultKind.Serial && conditions.Serial == ended.Text ? conditions with { Serial = null }
                : ended.Do == FaultKind.Mac && conditions.Mac == ended.Text ? conditions with { Mac = null } : conditions;
        }

        return conditions;
    }

    private static ulong All(int supplies) => supplies >= 64 ? ulong.MaxValue : (1UL << supplies) - 1;
}
