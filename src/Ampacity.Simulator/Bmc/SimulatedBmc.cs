using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>What all BMCs of a simulator share.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Time">The simulated time.</param>
/// <param name="Push">Sends events.</param>
/// <param name="Login">Who may come in.</param>
internal sealed record BmcSurroundings(SimulatorOptions Options, BmcTime Time, PushDelivery Push, BmcLogin Login);

/// <summary>One BMC: its state, and whether it answers at all. What it answers is <see cref="BmcService"/>'s.</summary>
/// <remarks>Any thread. 17,750 idle BMCs take 1,581 bytes each with their trays' names (bench/results/2026-11-30-simulator.md).</remarks>
internal sealed class SimulatedBmc
{
    private readonly BmcSurroundings _around;
    private readonly RequestGate? _gate;
    private readonly BmcService _service;
    private readonly Lock _power = new();
    private BmcEvents? _events;
    private long _requests;
    private int _concurrent;
    private int _mostConcurrent;
    private long _deadUntil;

    public SimulatedBmc(BmcResources resources, BmcSurroundings around)
    {
        _around = around;
        Resources = resources;
        var behaviour = Behaviour = around.Options.BehaviourOf(resources.Self.Tray.Kind);
        Sessions = new SessionTable(behaviour.Sessions ?? around.Options.SessionLimit, TimeSpan.FromSeconds(resources.Self.SessionSeconds), around.Time.Wall);
        _gate = behaviour.MeanSeconds > 0 || behaviour.Concurrency is not null || behaviour.BusyShare > 0 || behaviour.LogSeconds > 0
            ? new RequestGate(behaviour, resources.Self, around.Time.Wall)
            : null;
        _service = new BmcService(this, around);
    }

    public BmcResources Resources { get; }

    /// <summary>How it behaves.</summary>
    public PlatformBehaviour Behaviour { get; }

    /// <summary>The rules by which something goes wrong with it; null for most.</summary>
    public BmcFaults? Faults { get; init; }

    public SimulatedTray Tray => Resources.Self.Tray;

    public SessionTable Sessions { get; }

    public bool Offline { get; set; }

    public long Requests => Interlocked.Read(ref _requests);

    public int MostConcurrent => Volatile.Read(ref _mostConcurrent);

    /// <summary>Who listens; made when somebody does.</summary>
    public BmcEvents Events => _events ?? Interlocked.CompareExchange(ref _events, new BmcEvents(_around.Time, _around.Push), null) ?? _events!;

    /// <summary>How many listen.</summary>
    public int Listeners => _events?.Count ?? 0;

    /// <summary>Whether a connection to it would be taken.</summary>
    public bool IsDead => Offline || _around.Time.Wall.GetTimestamp() < Interlocked.Read(ref _deadUntil)
        || (Faults is not null && Faults.IsAway(_around.Time.SinceStart.TotalSeconds));

    /// <summary>The instant at which readings are taken now.</summary>
    public Moment Now() => new(Resources.Self, Resources.Self.Conditions.StaleSince ?? _around.Time.Now, _around.Options.Workload, Behaviour);

    /// <summary>Tells subscribers, if there are any.</summary>
    public void Publish(SimulatedEvent happened) => _events?.Publish(happened);

    /// <summary>Brings its conditions to the present.</summary>
    public void Refresh() => Faults?.Refresh(this, _around.Time.SinceStart.TotalSeconds, _around.Time.Now);

    /// <summary>Changes what is wrong with its hardware; the others of its rack carry the supplies that it lost.</summary>
    public void Change(BmcConditions conditions)
    {
        lock (_power)
        {
            var (self, before, moment) = (Resources.Self, Resources.Self.Conditions, Live());
            BusbarDuty.Change(self, before, conditions, in moment, _around.Options.Workload);
            self.Conditions = conditions;
            BusbarDuty.Hold(self, in moment, _around.Options.Workload);
        }
    }

    /// <summary>Holds an accelerator to a power limit from now on, watts; infinite for none.</summary>
    public void SetLimit(int accelerator, double watts)
    {
        lock (_power)
        {
            var (self, moment) = (Resources.Self, Live());
            double[] limits = self.Limits is { } set ? [.. set] : [.. Enumerable.Repeat(double.PositiveInfinity, self.Tray.Accelerators)];
            limits[accelerator] = watts;
            self.Limits = limits;
            BusbarDuty.Hold(self, in moment, _around.Options.Workload);
        }
    }

    // The instant at which something changes: also where readings stand still.
    private Moment Live() => new(Resources.Self, _around.Time.Now, _around.Options.Workload, Behaviour);

    /// <summary>Reboots: nobody answers for a while, and sessions and subscriptions are forgotten.</summary>
    public void Reboot(TimeSpan length)
    {
        Interlocked.Exchange(ref _deadUntil, _around.Time.Wall.GetTimestamp() + (long)(length.TotalSeconds * _around.Time.Wall.TimestampFrequency));
        Change(Resources.Self.Conditions with { BootedAt = _around.Time.Now + length });
        Sessions.CloseAll();
        _events?.Forget();
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (IsDead)
        {
            context.Abort();
            return;
        }

        Interlocked.Increment(ref _requests);
        var now = Interlocked.Increment(ref _concurrent);
        for (var most = _mostConcurrent; now > most && Interlocked.CompareExchange(ref _mostConcurrent, now, most) != most; most = _mostConcurrent)
        {
            // Another request raised it meanwhile: look again.
        }

        try
        {
            if (_around.Options.Latency > TimeSpan.Zero)
            {
                await Task.Delay(_around.Options.Latency, _around.Time.Wall, context.RequestAborted);
            }

            var path = (context.Request.Path.Value ?? "").TrimEnd('/');
            if (Faults is not null && await MetAsync(context, path, Faults))
            {
                return;
            }

            await (_gate is null ? _service.AnswerAsync(context, path) : _gate.PassAsync(context, path, _service.AnswerAsync));
        }
        finally
        {
            Interlocked.Decrement(ref _concurrent);
        }
    }

    // True when a fault has answered or ended the request.
    private async Task<bool> MetAsync(HttpContext context, string path, BmcFaults faults)
    {
        Refresh();
        var met = faults.On(context.Request.Method, path, _around.Time.SinceStart.TotalSeconds);
        if (met.DelaySeconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(met.DelaySeconds), _around.Time.Wall, context.RequestAborted);
        }

        if (met.Drop)
        {
            context.Abort();
            return true;
        }

        if (met.Refusal is { } refusal)
        {
            if (refusal.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await BmcReply.ErrorAsync(context, refusal.StatusCode, "GeneralError", "a fault of the simulation");
            return true;
        }

        if (met.Merges.Count > 0)
        {
            context.Features.Set(new AnswerMerges(met.Merges));
        }

        return false;
    }
}
