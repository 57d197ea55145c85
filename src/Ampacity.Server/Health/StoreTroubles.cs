using Ampacity.Tsdb;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Logs what goes wrong in the sample store while it serves, once each: whoever runs the server may not look at its counters.</summary>
internal sealed class StoreTroubles(SampleStore store, TimeProvider time, ILogger<StoreTroubles> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly StoreTroubleLines _lines = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var line in _lines.New(store.Statistics))
            {
                log.LogWarning("Samples: {Line}", line);
            }
        }
    }
}

/// <summary>Sentences of troubles, each given once; one that ended and comes again is given again.</summary>
internal sealed class StoreTroubleLines
{
    private HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>What is wrong now and was not the last time. What the opening found is told by its report.</summary>
    public IReadOnlyList<string> New(StoreStatistics statistics)
    {
        var unknown = statistics.BlocksSetAside.Except(statistics.Open.BlocksSetAside, StringComparer.Ordinal)
            .Select(block => new OpenReport { BlocksSetAside = [block] }.Lines().Last());
        string?[] failures = [statistics.Failure, statistics.SealFailure, statistics.TierFailure, statistics.PackFailure];
        var now = unknown.Concat(failures.OfType<string>()).ToHashSet(StringComparer.Ordinal);
        var added = now.Where(line => !_said.Contains(line)).ToArray();
        _said = now;
        return added;
    }
}
