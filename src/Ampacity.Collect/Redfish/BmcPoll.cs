using System.IO.Hashing;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>The polls of one BMC: its client, its reads, its series, its failures. One turn at a time.</summary>
internal sealed partial class BmcPoll : ITurnTaker
{
    private readonly PollShared _shared;
    private readonly BmcSeries _series;
    private readonly ReadSlot[] _slots;
    private readonly Lock _gate = new();
    private RedfishClient? _client;
    private BmcPollCounts _counts;
    private RedfishOutcome _outcome = RedfishOutcome.Read;
    private string _error = "";
    private DateTimeOffset? _readAt;
    private long? _silentSinceMs;
    private long _tookMs;
    private bool _isLoginRefused;
    private long _failedMs;

    public BmcPoll(BmcEndpoint endpoint, PollShared shared)
    {
        Endpoint = endpoint;
        _shared = shared;
        _feeds = new BmcFeeds(endpoint, shared.Sources, shared.Time, () => shared.Look(this));
        _series = new BmcSeries(endpoint, shared.Writer, shared.Layouts.Of(endpoint), shared.Tally, shared.Options.ReadsEverything, shared.Options.NewestMs);
        var interval = (long)shared.Options.Interval.TotalMilliseconds;
        var phase = PollPhase.Hash(endpoint.Mac);
        _slots =
        [
            .. endpoint.Reads.OrderBy(read => read.Class).ThenBy(read => read.Form)
                .Select(read => new ReadSlot(read, Math.Max(interval, read.PeriodSeconds * 1_000L), phase)),
        ];
    }

    public BmcEndpoint Endpoint { get; }

    public BackOff BackOff { get; private set; }

    /// <inheritdoc/>
    public bool IsSlow => Volatile.Read(ref _tookMs) > _shared.Options.SlowAfter.TotalMilliseconds;

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
                return new BmcPollState(Endpoint.Address, Endpoint.Mac, _readAt, BackOff.Failures, _outcome, _error, _series.LiveCount, _counts)
                {
                    Alerts = _feeds.Alerts.State,
                    Reports = _feeds.Reports.State,
                };
            }
        }
    }

    /// <summary>Begins the periods: what is due is due after this time.</summary>
    public void Start(long nowMs)
    {
        foreach (var slot in _slots)
        {
            slot.Begin(nowMs);
        }

        _feeds.Begin(nowMs);
    }

    /// <summary>Begins in the place of the poll of the same BMC before it was planned anew: everything is read once, now.</summary>
    /// <param name="before">Has ended.</param>
    /// <param name="nowMs">Now.</param>
    public void StartAfter(BmcPoll before, long nowMs)
    {
        _series.Inherit(before._series);
        _stampMs = before._stampMs;
        Start(nowMs);
        foreach (var slot in _slots)
        {
            slot.Hasten(nowMs);
        }
    }

    /// <summary>It is read no more: its series end.</summary>
    public async Task EndSeriesAsync()
    {
        _series.Begin();
        _silentSinceMs = 0;
        await WriteAsync(Math.Max(_shared.Time.GetUtcNow().ToUnixTimeMilliseconds(), _stampMs + 1), isRead: false, CancellationToken.None);
    }

    /// <summary>When it is to be polled next, in UTC milliseconds; how urgent what is due then is; how many requests it will be.</summary>
    public (long DueMs, ReadClass Class, int Requests) Next(long nowMs)
    {
        if (!_feeds.Inbox.IsEmpty)
        {
            return (nowMs, ReadClass.Power, 0); // what came is taken without asking for anything
        }

        // A BMC that fails is asked one thing a step, in its phase.
        if (BackOff.IsOpen)
        {
            return (StepMs, _slots[0].Read.Class, 1);
        }

        var due = _feeds.NextMs;
        foreach (var slot in _slots)
        {
            due = Math.Min(due, slot.NextMs);
        }

        var (most, reads) = (ReadClass.Inventory, _feeds.NextMs <= due ? 1 : 0);
        foreach (var slot in _slots)
        {
            if (slot.NextMs <= due)
            {
                most = (ReadClass)Math.Min((byte)most, (byte)slot.Read.Class);
                reads++;
            }
        }

        return (due, most, reads);
    }

    private long StepMs =>
        _slots[0].FirstAfter(_failedMs + (long)BackOff.Delay(_shared.Options.Interval, _shared.Options.MaxBackOff, Endpoint.Mac).TotalMilliseconds);

    /// <summary>Takes what came by event, reads what is due, or everything, and writes it; then opens what the BMC may send by.</summary>
    /// <param name="dueMs">What is due up to then; null: everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PollAsync(long? dueMs, CancellationToken cancellationToken)
    {
        await TakeArrivedAsync(cancellationToken);
        await ReadDueAsync(dueMs, cancellationToken);
        if (!BackOff.IsOpen && dueMs is not null)
        {
            var nowMs = _shared.Time.GetUtcNow().ToUnixTimeMilliseconds();
            if (_feeds.NextMs <= nowMs)
            {
                await _feeds.TendAsync(Client(), EnterAsync, nowMs, cancellationToken);
            }
        }
    }

    private async Task ReadDueAsync(long? dueMs, CancellationToken cancellationToken)
    {
        if (dueMs is { } step && BackOff.IsOpen && StepMs > step)
        {
            return; // only what came by event was due
        }

        var begin = _shared.Time.GetUtcNow();
        var started = _shared.Time.GetTimestamp();
        var stampMs = _stampMs = Math.Max(begin.ToUnixTimeMilliseconds(), _stampMs + 1);
        var turn = new Turn();
        _series.Begin();
        foreach (var slot in _slots)
        {
            if (dueMs is { } until && !BackOff.IsOpen && slot.NextMs > until)
            {
                continue;
            }

            NoteLate(slot, stampMs);
            slot.Done(stampMs);
            if (await ReadAsync(slot, turn, cancellationToken))
            {
                break; // one attempt is enough to know; the rest of the plan would only wait for the same
            }
        }

        if (turn.Read + turn.Failed == 0)
        {
            return; // nothing was due
        }

        // A client remembers a refused login for good, so a later step needs a new one.
        if (turn.Outcome == RedfishOutcome.Unauthorized && turn.Read == 0)
        {
            await EndClientAsync();
        }

        var wasSilent = _silentSinceMs is not null;
        var isChanged = _series.IsChanged;
        var written = await WriteAsync(stampMs, turn.Read > 0, cancellationToken);
        lock (_gate)
        {
            _counts += written + new BmcPollCounts(turn.Read, turn.Failed, turn.Bytes, 0, 0, 0, 0, 0, 0, 0, 0) { Unchanged = turn.Unchanged, NotSent = turn.NotSent };
            (_outcome, _error) = (turn.Outcome, turn.Error);
            (BackOff, _failedMs) = turn.Read > 0 ? (default, 0) : (BackOff.Failed(), _shared.Time.GetUtcNow().ToUnixTimeMilliseconds());
            _readAt = turn.Read > 0 ? begin : _readAt;
            _silentSinceMs = turn.Read > 0 ? null : _silentSinceMs ?? stampMs;
            Volatile.Write(ref _tookMs, (long)_shared.Time.GetElapsedTime(started).TotalMilliseconds);
        }

        _shared.OnPolled(new BmcPolled(Endpoint.Mac, dueMs is { } due ? Math.Max(0, stampMs - due) : 0, _shared.Time.GetElapsedTime(started).TotalMilliseconds));
        await TellAsync(turn, wasSilent, isChanged);
        TellLogin(stampMs, turn);
        Publish();
    }

    private void Publish()
    {
        foreach (var news in _series.Events)
        {
            _shared.OnEvent(news);
        }
    }

    /// <inheritdoc/>
    public async Task TakeTurnAsync(long dueMs, CancellationToken cancellationToken)
    {
        try
        {
            await PollAsync(dueMs, cancellationToken);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            FailByBug(bug);
        }
    }

    // Notes a poll that ended in a bug of ours, so that it can be seen and the BMC is asked less often.
    private void FailByBug(Exception bug)
    {
        lock (_gate)
        {
            _counts += new BmcPollCounts(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            (_outcome, _error) = (RedfishOutcome.NotJson, $"Bug: {bug.GetType().Name}: {bug.Message}");
            _failedMs = _shared.Time.GetUtcNow().ToUnixTimeMilliseconds();
            BackOff = BackOff.Failed();
            _silentSinceMs ??= _failedMs;
        }
    }

    /// <summary>Deletes subscriptions, closes streams, gives the session back.</summary>
    public async Task EndSessionAsync()
    {
        await _feeds.CloseAsync(_feeds.HasSubscriptions ? Client() : _client);
        await EndClientAsync();
    }

    private async Task EndClientAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.DisposeAsync();
        }
    }

    // True where asking on is pointless.
    private async Task<bool> ReadAsync(ReadSlot slot, Turn turn, CancellationToken cancellationToken)
    {
        var buffer = new BodyBuffer();
        try
        {
            return await ReadAsync(slot, buffer, turn, cancellationToken);
        }
        finally
        {
            buffer.Release();
        }
    }

    private async Task<bool> ReadAsync(ReadSlot slot, BodyBuffer buffer, Turn turn, CancellationToken cancellationToken)
    {
        var uri = slot.Read.Uri;
        using var place = await _shared.Gates.EnterAsync(Endpoint.Address, Endpoint.Profile.Concurrency, slot.Read.Class, cancellationToken);
        var answer = await Client().GetBytesAsync(uri, TagOf(slot), buffer, cancellationToken);
        turn.Bytes += answer.BodyBytes;
        if (!answer.IsRead)
        {
            _shared.Tally.Add(answer.Outcome);
            turn.Fail(answer.Outcome, answer.Error);
            turn.Missing ??= answer.Outcome == RedfishOutcome.NotFound ? uri : null;
            return answer.IsGone || answer.Outcome == RedfishOutcome.Unauthorized;
        }

        if (answer.IsUnchanged && (slot.IsWatch || _series.TakeAgain(uri)))
        {
            slot.TagsBelieved++;
            turn.Read++;
            turn.Unchanged++;
            turn.NotSent++;
            return false;
        }

        var body = answer.Body.Span;
        var hash = XxHash3.HashToUInt64(body);
        _series.HoldClock(answer.ServedAt, _stampMs);
        HoldTag(slot, answer.ETag, hash);
        if (slot.IsWatch)
        {
            turn.Read++;
            slot.BodyHash = hash;
            turn.Change ??= (slot.Watch ??= new ResourceWatch()).Look(uri, body);
            return false;
        }

        if (slot.BodyHash == hash && _series.TakeAgain(uri))
        {
            turn.Read++;
            turn.Unchanged++;
            return false;
        }

        var result = Decode(slot, body);
        if (result.Error.Length == 0)
        {
            slot.BodyHash = hash;
            turn.Read++;
        }
        else
        {
            slot.BodyHash = 0;
            _shared.Tally.Add(RedfishOutcome.NotJson);
            turn.Fail(RedfishOutcome.NotJson, result.Error);
        }

        return false;
    }

    // Nothing waits while a body is decoded: there are as many scratches as cores, however many BMCs are read at one time.
    private DecodeResult Decode(ReadSlot slot, ReadOnlySpan<byte> body)
    {
        var scratch = _shared.Scratches.Rent();
        try
        {
            var result = scratch.Decoder.Decode(body, slot.Path, _series.Properties, scratch.Readings);
            ReadingAge.Mark(scratch.Readings, 0, result.ReportTimeMs, slot.PeriodMs);
            _series.Take(slot.Read.Uri, scratch.Readings, 0, isWhole: result.Error.Length == 0);
            return result;
        }
        finally
        {
            _shared.Scratches.Return(scratch);
        }
    }

    private RedfishClient Client() => _client ??= new RedfishClient(
        Endpoint.Address, Endpoint.Credentials ?? _shared.Credentials,
        _shared.Options.Client with
        {
            Connections = _shared.Connections(),
            MaxConcurrentRequests = Endpoint.Profile.Concurrency,
            CloseConnections = Endpoint.Profile.Manners.CloseConnections,
            BasicOnly = Endpoint.Profile.Manners.Login == ProfileLogin.Basic,
            CertificateSha256 = Endpoint.CertificateSha256 ?? _shared.Options.Client.CertificateSha256,
        },
        _shared.Time);

    private async Task<BmcPollCounts> WriteAsync(long stampMs, bool isRead, CancellationToken cancellationToken)
    {
        var isGone = !isRead && _silentSinceMs is { } since && stampMs - since > _shared.Options.GoneAfter.TotalMilliseconds;
        var counts = _series.Finish(stampMs, isGone, isRound: isRead && Array.TrueForAll(_slots, slot => slot.IsTried));
        try
        {
            if (_series.Count == 0)
            {
                return counts;
            }

            var batch = new SampleBatch(
                _series.Polls, _series.SeriesNumbers, _series.Values, _series.Qualities)
            {
                Lease = _series.Lease,
            };
            var receipt = await _shared.Writer.AppendAsync(batch, cancellationToken);
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
