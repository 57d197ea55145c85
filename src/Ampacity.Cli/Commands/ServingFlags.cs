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

    private readonly Option<string> _profile = new("--profile")
    {
        Description = "How BMCs behave: ideal, usual (each kind like its own), or one of " + string.Join(", ", PlatformBehaviours.All.Select(known => known.Name)) + ".",
        HelpName = "name",
        DefaultValueFactory = _ => "ideal",
    };

    private readonly Option<string> _latency = new("--latency")
    {
        Description = "0, or measured: answers take as long as the profile's platform took.",
        DefaultValueFactory = _ => "measured",
    };

    private readonly Option<bool> _exporters = new("--exporters")
    {
        Description = "Serve dcgm-exporter, AMD's device-metrics-exporter and node_exporter of each tray at ports 9400, 5000 and 9100.",
    };

    private readonly Option<string?> _faultFile = new("--faults") { Description = "A file of fault rules (docs/operating/simulate.md).", HelpName = "file" };

    private readonly Option<string[]> _faults = new("--fault")
    {
        Description = "A fault rule: do=leak,place=site/hall/r01/01/05,part=1,atSeconds=30.",
        HelpName = "rule",
        AllowMultipleArgumentsPerToken = true,
    };

    public ServingFlags()
    {
        _latency.AcceptOnlyFromAmong("0", "measured");
        _profile.AcceptOnlyFromAmong(["ideal", "usual", .. PlatformBehaviours.All.Select(known => known.Name)]);
        _workload.AcceptOnlyFromAmong("training", "jobs", "idle");
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_tls);
        command.Options.Add(_speed);
        command.Options.Add(_workload);
        command.Options.Add(_profile);
        command.Options.Add(_latency);
        command.Options.Add(_exporters);
        command.Options.Add(_faultFile);
        command.Options.Add(_faults);
    }

    public ServingChoices Read(ParseResult arguments) => new()
    {
        Tls = arguments.GetValue(_tls),
        Speed = arguments.GetValue(_speed),
        UsualBehaviours = arguments.GetValue(_profile) == "usual",
        Behaviour = PlatformBehaviours.ByName(arguments.GetValue(_profile)!) ?? PlatformBehaviour.Ideal,
        MeasuredLatency = arguments.GetValue(_latency) == "measured",
        Exporters = arguments.GetValue(_exporters),
        FaultFile = arguments.GetValue(_faultFile),
        Faults = arguments.GetValue(_faults) ?? [],
        Workload = arguments.GetValue(_workload) switch { "jobs" => JobWave.Jobs, "idle" => JobWave.Idle, _ => JobWave.Training },
    };
}
