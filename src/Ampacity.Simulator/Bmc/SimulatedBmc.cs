using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>What all BMCs of a simulator share.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Time">The simulated time.</param>
/// <param name="Push">Sends events.</param>
/// <param name="Login">Who may come in.</param>
internal sealed record BmcSurroundings(SimulatorOptions Options, BmcTime Time, PushDelivery Push, BmcLogin Login);

/// <summary>One BMC: its state, and whether it answers at all. What it answers is <see cref="BmcService"/>'s.</summary>
/// <remarks>Any thread. An idle BMC is about 600 bytes with its tray's names.</remarks>
internal sealed class SimulatedBmc
{
    private readonly BmcSurroundings _around;
    private readonly RequestGate? _gate;
    private readonly BmcService _service;
    private BmcEvents? _events;
    private long _requests;
    private int _concurrent;
    private int _mostConcurrent;
    private long _deadUntil;

    public SimulatedBmc(BmcResources resources, BmcSurroundings around)
    {
        _around = around;
        Resources = resources;
        var behaviour = around.Options.Behaviour;
        Sessions = new SessionTable(behaviour.Sessions ?? around.Options.SessionLimit, TimeSpan.FromSeconds(resources.Self.SessionSeconds), around.Time.Wall);
        _gate = behaviour.MeanSeconds > 0 || behaviour.Concurrency is not null || behaviour.BusyShare > 0 || behaviour.LogSeconds > 0
            ? new RequestGate(behaviour, resources.Self, around.Time.Wall)
            : null;
        _service = new BmcService(this, around);
    }

    public BmcResources Resources { get; }

    public SimulatedTray Tray => Resources.Self.Tray;

    public SessionTable Sessions { get; }

    public bool Offline { get; set; }

    public long Requests => Interlocked.Read(ref _requests);

    public int MostConcurrent => Volatile.Read(ref _mostConcurrent);

    /// <summary>Who listens; made when somebody does.</summary>
    public BmcEvents Events => _events ?? Interlocked.CompareExchange(ref _events, new BmcEvents(_around.Time, _around.Push), null) ?? _events!;

    /// <summary>Whether a connection to it would be taken.</summary>
    public bool IsDead => Offline || _around.Time.Wall.GetTimestamp() < Interlocked.Read(ref _deadUntil);

    /// <summary>The instant at which readings are taken now.</summary>
    public Moment Now() => new(Resources.Self, Resources.Self.Conditions.StaleSince ?? _around.Time.Now, _around.Options.Workload);

    /// <summary>Tells subscribers, if there are any.</summary>
    public void Publish(BmcEvent happened) => _events?.Publish(happened);

    /// <summary>Reboots: nobody answers for a while, and sessions and subscriptions are forgotten.</summary>
    public void Reboot(TimeSpan length)
    {
        Interlocked.Exchange(ref _deadUntil, _around.Time.Wall.GetTimestamp() + (long)(length.TotalSeconds * _around.Time.Wall.TimestampFrequency));
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
            await (_gate is null ? _service.AnswerAsync(context, path) : _gate.PassAsync(context, path, _service.AnswerAsync));
        }
        finally
        {
            Interlocked.Decrement(ref _concurrent);
        }
    }
}
