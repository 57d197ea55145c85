using System.CommandLine;
using Ampacity.Simulator;

namespace Ampacity.Cli;

/// <summary>The flags of <c>simulate</c> that say how BMCs behave.</summary>
internal sealed class ServingFlags
{
    private readonly Option<bool> _tls = new("--tls") { Description = "Serve over TLS with a certificate of the run's own." };

    private readonly Option<double> _speed = new("--speed")
    {
        Description = "How many times faster than the clock simulated time runs; BMCs say instants of that time.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _workload = new("--workload")
    {
        Description = "What racks do: training without end, jobs with idle gaps, or idle.",
        DefaultValueFactory = _ => "training",
    };

    public ServingFlags() => _workload.AcceptOnlyFromAmong("training", "jobs", "idle");

    public void AddTo(Command command)
    {
        command.Options.Add(_tls);
        command.Options.Add(_speed);
        command.Options.Add(_workload);
    }

    public ServingChoices Read(ParseResult arguments) => new()
    {
        Tls = arguments.GetValue(_tls),
        Speed = arguments.GetValue(_speed),
        Workload = arguments.GetValue(_workload) switch { "jobs" => JobWave.Jobs, "idle" => JobWave.Idle, _ => JobWave.Training },
    };
}
