namespace Ampacity.Simulator;

/// <summary>How simulated BMCs are served, whatever they are.</summary>
public sealed record ServingChoices
{
    /// <summary>Over TLS with a certificate of the run's own.</summary>
    public bool Tls { get; init; }

    /// <summary>How many times faster than the wall clock.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How the platform behaves.</summary>
    public PlatformBehaviour Behaviour { get; init; } = PlatformBehaviour.Ideal;

    /// <summary>Each kind of BMC behaves as usual for it.</summary>
    public bool UsualBehaviours { get; init; }

    /// <summary>Whether answers take the time that the platform takes.</summary>
    public bool MeasuredLatency { get; init; } = true;

    /// <summary>What the racks do.</summary>
    public JobWave Workload { get; init; } = JobWave.Training;

    /// <summary>Serve exporters of the hosts beside the BMCs.</summary>
    public bool Exporters { get; init; }

    /// <summary>File of fault rules, or null.</summary>
    public string? FaultFile { get; init; }

    /// <summary>Fault rules, each as <c>key=value,key=value</c>.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    private const long MaxFaultBytes = 1 << 20;

    /// <summary>All fault rules, those of the file first.</summary>
    /// <exception cref="SimulatorStartException">The file cannot be read, or a rule is wrong.</exception>
    internal async Task<IReadOnlyList<FaultRule>> RulesAsync(CancellationToken cancellationToken)
    {
        var rules = new List<FaultRule>();
        if (FaultFile is { } path)
        {
            try
            {
                rules.AddRange(new FileInfo(path).Length <= MaxFaultBytes
                    ? Ampacity.Simulator.FaultFile.Read(path, await File.ReadAllTextAsync(path, cancellationToken))
                    : throw new SimulatorStartException($"{path} is larger than {MaxFaultBytes >> 20} MiB; a thousand rules are less."));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SimulatorStartException($"{path} cannot be read: {error.Message}", error);
            }
        }

        rules.AddRange(Faults.Select(Ampacity.Simulator.FaultFile.ReadOne));
        return rules;
    }
}
