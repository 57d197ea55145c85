using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Makes a live frame every second, and records what every node carries as <c>node_power_watts{node,kind}</c> at the roll-up interval.
/// </summary>
internal sealed class RollUpRecorder(
    CurrentFleet fleet, TopologyReader reader, ISeriesWriter writer, LiveFleet live, ServerSettings settings, TimeProvider time, ILogger<RollUpRecorder> log)
    : BackgroundService
{
    /// <summary>Frames are for eyes. BMCs are read every ten seconds at most, but not all at once, and senders may be faster.</summary>
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(1);

    // Of a store beside, the newest of everything is the last of five minutes of everything: not more often than it is recorded.
    private readonly TimeSpan _interval = settings.Store is null ? FrameInterval : TimeSpan.FromSeconds(Math.Max(1, settings.RollUpIntervalSeconds));

    private readonly LabelSetBuilder _labels = new();
    private readonly LiveFrames _frames = new();

    // Nodes of the last recording, by path: one that has no value any more is ended, or it would be answered for five minutes more.
    private Dictionary<string, NodeKind> _recorded = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        var nextRecordMs = 0L;
        do
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            try
            {
                var frame = await _frames.ReadAsync(reader, fleet.Timeline, nowMs, stoppingToken);
                live.Set(frame);
                if (nowMs >= nextRecordMs)
                {
                    nextRecordMs = nowMs + (long)(settings.RollUpIntervalSeconds * 1000);
                    await RecordAsync(frame, stoppingToken);
                }
            }
            catch (Exception error) when (error is SeriesStoreException or SeriesLimitException)
            {
                // The store says what to do; roll-ups go on at the next interval.
                log.LogError("Roll-ups are not recorded: {Reason}", error.Message);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Our own bug. It is told in full at every tick, but must not end the host, which is taking samples beside this.
                log.LogError(error, "Bug: the live frame, or its roll-ups, failed");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RecordAsync(LiveFrame frame, CancellationToken cancellationToken)
    {
        var lease = writer.Lease;
        var series = new List<int>();
        var values = new List<double>();
        var recorded = new Dictionary<string, NodeKind>(StringComparer.Ordinal);
        for (var node = 0; node < frame.Graph.NodeCount; node++)
        {
            var kind = frame.Graph.KindOf(node);
            if (kind == NodeKind.None || double.IsNaN(frame.CarriedWatts[node]))
            {
                continue;
            }

            var path = frame.Graph.PathOf(node);
            recorded[path] = kind;
            series.Add(Resolve(path, kind));
            values.Add(frame.CarriedWatts[node]);
        }

        foreach (var (path, kind) in _recorded.Where(old => !recorded.ContainsKey(old.Key)))
        {
            series.Add(Resolve(path, kind));
            values.Add(StaleMarker.Value);
        }

        _recorded = recorded;

        if (series.Count > 0)
        {
            await writer.AppendAsync(
                new SampleBatch(new[] { new Poll(frame.AtMs, series.Count) }, series.ToArray(), values.ToArray(), default) { Lease = lease }, cancellationToken);
        }
    }

    private int Resolve(string path, NodeKind kind)
    {
        _labels.Clear();
        _labels.Add(LabelSet.MetricName, NodeRollUp.MetricName).Add("node", path).Add("kind", kind.ToString());
        return writer.Resolve(_labels.WriteCanonical());
    }
}
