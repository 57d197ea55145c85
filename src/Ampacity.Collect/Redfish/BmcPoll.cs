using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>The polls of one BMC: its client, its series, its failures. One poll at a time.</summary>
internal sealed class BmcPoll(
    BmcEndpoint endpoint, BmcCredentials credentials, ISeriesWriter writer, BmcPollerOptions options, TimeProvider time)
{
    private readonly MetricReadings _readings = new();
    private readonly BmcSeries _series = new(endpoint, writer);
    private readonly Lock _gate = new();
    private RedfishClient? _client;
    private BmcPollCounts _counts;
    private RedfishOutcome _outcome = RedfishOutcome.Read;
    private string _error = "";
    private DateTimeOffset? _readAt;
    private long? _silentSinceMs;

    public BmcEndpoint Endpoint => endpoint;

    public BackOff BackOff { get; private set; }

    public BmcPollCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    public BmcPollState State
    {
        get
        {
            lock (_gate)
            {
                return new BmcPollState(endpoint.Address, endpoint.Mac, _readAt, BackOff.Failures, _outcome, _error, _series.LiveCount, _counts);
            }
        }
    }

    public async Task PollAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetUtcNow();
        var stampMs = begin.ToUnixTimeMilliseconds();
        _readings.Clear();
        var (read, failed, bytes) = (0, 0, 0L);
        var (outcome, error) = (RedfishOutcome.Read, "");
        foreach (var report in endpoint.Reports)
        {
            var answer = await Client().GetBytesAsync(report, cancellationToken);
            bytes += answer.Body.Length;
            var problem = answer.Error;
            if (answer.IsRead)
            {
                problem = MetricReportParser.Parse(answer.Body.Span, _series.Properties, _readings).Error;
                read += problem.Length == 0 ? 1 : 0;
            }

            if (problem.Length == 0)
            {
                continue;
            }

            failed++;
            (outcome, error) = (answer.IsRead ? RedfishOutcome.NotJson : answer.Outcome, problem);
            if (answer.IsGone || answer.Outcome == RedfishOutcome.Unauthorized)
            {
                break; // one attempt is enough to know; the rest of the plan would only wait for the same
            }
        }

        // A client remembers a refused login for good, so a later step needs a new one.
        if (outcome == RedfishOutcome.Unauthorized && read == 0)
        {
            await EndSessionAsync();
        }

        var written = await WriteAsync(stampMs, complete: failed == 0, cancellationToken);
        lock (_gate)
        {
            _counts += written + new BmcPollCounts(read, failed, bytes, 0, 0, 0, 0, 0, 0, 0, 0);
            (_outcome, _error) = (outcome, error);
            BackOff = read > 0 ? default : BackOff.Failed();
            _readAt = read > 0 ? begin : _readAt;
            _silentSinceMs = read > 0 ? null : _silentSinceMs ?? stampMs;
        }
    }

    /// <summary>Notes a poll that ended in a bug of ours, so that it can be seen and the BMC is asked less often.</summary>
    public void FailByBug(Exception bug)
    {
        lock (_gate)
        {
            _counts += new BmcPollCounts(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            (_outcome, _error) = (RedfishOutcome.NotJson, $"Bug: {bug.GetType().Name}: {bug.Message}");
            BackOff = BackOff.Failed();
            _silentSinceMs ??= time.GetUtcNow().ToUnixTimeMilliseconds();
        }
    }

    public async Task EndSessionAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.DisposeAsync();
        }
    }

    private RedfishClient Client() => _client ??= new RedfishClient(
        endpoint.Address, credentials,
        options.Client with { MaxConcurrentRequests = endpoint.Profile.Concurrency, CertificateSha256 = endpoint.CertificateSha256 ?? options.Client.CertificateSha256 },
        time);

    private async Task<BmcPollCounts> WriteAsync(long stampMs, bool complete, CancellationToken cancellationToken)
    {
        var isGone = _silentSinceMs is { } since && _readings.Count == 0 && stampMs - since > options.GoneAfter.TotalMilliseconds;
        var counts = _series.Take(_readings, complete, isGone);
        var batch = new SampleBatch(
            new[] { new Poll(stampMs, _series.Count) }, _series.SeriesNumbers, _series.Values, _series.Qualities)
        {
            Lease = _series.Lease,
        };
        try
        {
            if (_series.Count == 0)
            {
                return counts;
            }

            var receipt = await writer.AppendAsync(batch, cancellationToken);
            return counts with { Refused = counts.Refused + receipt.TooOld + receipt.TooNew };
        }
        catch (SeriesStoreException)
        {
            // The store says why in its own metrics; this poll is lost and counted.
            return new BmcPollCounts(0, 0, 0, 0, counts.Unmapped, counts.Ambiguous, 0, 0, 0, counts.Refused, 1);
        }
        finally
        {
            // The next poll may be long away.
            _series.EndPoll();
        }
    }
}
