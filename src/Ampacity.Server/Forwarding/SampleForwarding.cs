using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Topology;
using Ampacity.Tsdb;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Sends what the store acknowledges on to the receivers that the settings name, each from a queue of its own in the data folder.</summary>
internal sealed class SampleForwarding : BackgroundService
{
    /// <summary>Folder of the queues within the data folder.</summary>
    public const string Folder = "forward";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    // A receiver that refuses refuses each request: enough of them to see why.
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

    private readonly SampleForwarder[] _forwarders;
    private readonly TimeProvider _time;
    private readonly ILogger<SampleForwarding> _log;
    private long _loggedMs;

    public SampleForwarding(
        IReadOnlyList<ForwardTarget> targets, string dataFolder, CurrentFleet fleet, SampleStore store, Func<string, MetricDescription?> describe, TimeProvider time,
        ILogger<SampleForwarding> log)
    {
        (_time, _log) = (time, log);
        _forwarders = [.. targets.Select(target =>
        {
            var names = new NamesOfSeries(fleet, store, target.WritesTopology);
            return new SampleForwarder(target, Path.Combine(dataFolder, Folder, target.Name), names.Of, names.Version, store.LabelsOf, describe, time, Tell);
        })];
        Writer = _forwarders.Length == 0 ? store : new ForwardingWriter(store, _forwarders);
    }

    /// <summary>What is known of a metric: what its senders said last, or what our own families say.</summary>
    public static Func<string, MetricDescription?> Describing(MetadataBook said, FamilyCatalogue families) => name => said.Find(name) ?? (families.Find(name) is { } family
        ? new MetricDescription(family.Kind == FamilyKind.Counter ? MetricKind.Counter : MetricKind.Gauge, family.Meaning, family.Unit) : null);

    /// <summary>The store's writer, whose acknowledged samples are sent on.</summary>
    public ISeriesWriter Writer { get; }

    /// <summary>How each receiver does.</summary>
    public IEnumerable<ForwardCounts> Counts => _forwarders.Select(forwarder => forwarder.Counts);

    public override void Dispose()
    {
        base.Dispose();
        foreach (var forwarder in _forwarders)
        {
            forwarder.Dispose();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_forwarders.Select(forwarder => RunAsync(forwarder, stoppingToken)));

    private async Task RunAsync(SampleForwarder forwarder, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await forwarder.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A disk that does not read, or our own bug: samples wait, and others are taken and sent beside this.
                _log.LogError(error, "Samples are not sent on to {Target}; tried again in {Seconds} s", forwarder.Target.Name, RetryAfter.TotalSeconds);
                await Task.Delay(RetryAfter, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Tell(string what)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var before = Interlocked.Read(ref _loggedMs);
        if (nowMs - before >= LogPause.TotalMilliseconds && Interlocked.CompareExchange(ref _loggedMs, nowMs, before) == before)
        {
            _log.LogWarning("Sending on: {What} (/metrics counts what is not told here)", what);
        }
    }

    /// <summary>What series are called where they go: with the labels of their place as of a sample's time.</summary>
    private sealed class NamesOfSeries(CurrentFleet fleet, SampleStore store, bool writesTopology)
    {
        private TopologyTimeline? _timeline;
        private long _version;

        // Called under the forwarder's lock.
        public long Version()
        {
            if (writesTopology && !ReferenceEquals(_timeline, fleet.Timeline))
            {
                _timeline = fleet.Timeline;
                _version++;
            }

            return _version;
        }

        public LabelSet Of(int seriesNumber, long timestampMs, out long untilMs, out long version)
        {
            version = Version();
            var raw = store.LabelsOf(seriesNumber);
            untilMs = _timeline?.NextBoundaryAfter(timestampMs) ?? long.MaxValue;
            return _timeline?.At(timestampMs).Join(raw, null, null).Labels ?? raw;
        }
    }
}
