using System.IO.Hashing;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>What all polls of a poller share.</summary>
internal sealed record PollShared(
    BmcCredentials Credentials, ISeriesWriter Writer, BmcPollerOptions Options, TimeProvider Time, ReadLayouts Layouts, ReadScratches Scratches, PollTally Tally, BmcGates Gates,
    Func<RedfishConnections> Connections, Action<BmcChange> OnChange, Action<BmcEvent> OnEvent);

/// <summary>The polls of one BMC: its client, its reads, its series, its failures. One poll at a time.</summary>
internal sealed class BmcPoll : ITurnTaker
{
    private readonly PollShared _shared;
    private readonly BmcSeries _series;
    private readonly ReadSlot[] _slots;
    private readonly Lock _gate = new();
    private readonly ManagerWatch _manager = new();
    private RedfishClient? _client;
    private BmcPollCounts _counts;
    private RedfishOutcome _outcome = RedfishOutcome.Read;
    private string _error = "";
    private DateTimeOffset? _readAt;
    private long? _silentSinceMs;
    private long _tookMs;
    private bool _isLoginRefused;

    public BmcPoll(BmcEndpoint endpoint, PollShared shared)
    {
        Endpoint = endpoint;
        _shared = shared;
        _series = new BmcSeries(endpoint, shared.Writer, shared.Layouts.Of(endpoint), shared.Tally, shared.Options.ReadsEverything);
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
                return new BmcPollState(Endpoint.Address, Endpoint.Mac, _readAt, BackOff.Failures, _outcome, _error, _series.LiveCount, _counts);
            }
        }
    }

    /// <summary>Begins the periods: what is due is due after this time.</summary>
    public void Start(long nowMs)
    {
        foreach (var slot in _slots)
        {
            slot.Done(nowMs);
        }
    }

    /// <summary>When it is to be polled next, in UTC milliseconds; how urgent what is due then is; how many requests it will be.</summary>
    public (long DueMs, ReadClass Class, int Requests) Next(long nowMs)
    {
        // A BMC that fails is asked one thing a step, in its phase.
        if (BackOff.IsOpen)
        {
            var from = nowMs + (long)BackOff.Delay(_shared.Options.Interval, _shared.Options.MaxBackOff, Endpoint.Mac).TotalMilliseconds;
            return (_slots[0].FirstAfter(from), _slots[0].Read.Class, 1);
        }

        var due = long.MaxValue;
        foreach (var slot in _slots)
        {
            due = Math.Min(due, slot.NextMs);
        }

        var (most, reads) = (ReadClass.Inventory, 0);
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

    /// <summary>Reads what is due, or everything, and writes it.</summary>
    /// <param name="dueMs">What is due up to then; null: everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PollAsync(long? dueMs, CancellationToken cancellationToken)
    {
        var begin = _shared.Time.GetUtcNow();
        var started = _shared.Time.GetTimestamp();
        var stampMs = begin.ToUnixTimeMilliseconds();
        var turn = new Turn();
        _series.Begin();
        foreach (var slot in _slots)
        {
            if (dueMs is { } until && !BackOff.IsOpen && slot.NextMs > until)
            {
                continue;
            }

            slot.Done(stampMs);
            if (await ReadAsync(slot, turn, cancellationToken))
            {
                break; // one attempt is enough to know; the rest of the plan would only wait for the same
            }
        }

        // A client remembers a refused login for good, so a later step needs a new one.
        if (turn.Outcome == RedfishOutcome.Unauthorized && turn.Read == 0)
        {
            await EndSessionAsync();
        }

        var wasSilent = _silentSinceMs is not null;
        var isChanged = _series.IsChanged;
        var written = await WriteAsync(stampMs, turn.Read > 0, cancellationToken);
        lock (_gate)
        {
            _counts += written + new BmcPollCounts(turn.Read, turn.Failed, turn.Bytes, 0, 0, 0, 0, 0, 0, 0, 0) { Unchanged = turn.Unchanged };
            (_outcome, _error) = (turn.Outcome, turn.Error);
            BackOff = turn.Read > 0 ? default : BackOff.Failed();
            _readAt = turn.Read > 0 ? begin : _readAt;
            _silentSinceMs = turn.Read > 0 ? null : _silentSinceMs ?? stampMs;
            Volatile.Write(ref _tookMs, (long)_shared.Time.GetElapsedTime(started).TotalMilliseconds);
        }

        Tell(turn, wasSilent, isChanged);
        TellLogin(stampMs, turn);
        foreach (var news in _series.Events)
        {
            _shared.OnEvent(news);
        }
    }

    private void TellLogin(long atMs, Turn turn)
    {
        var isRefused = turn.Outcome == RedfishOutcome.Unauthorized && turn.Read == 0;
        if (isRefused == _isLoginRefused || (!isRefused && turn.Read == 0))
        {
            return;
        }

        _isLoginRefused = isRefused;
        _shared.OnEvent(new BmcEvent(
            atMs, Endpoint.Mac, "", BmcEventKind.Login, isRefused ? EventSeverity.Warning : EventSeverity.Ok, "redfish poll",
            isRefused ? $"{Endpoint.Address}: {turn.Error}" : $"{Endpoint.Address}: the login is taken again"));
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
            BackOff = BackOff.Failed();
            _silentSinceMs ??= _shared.Time.GetUtcNow().ToUnixTimeMilliseconds();
        }
    }

    /// <summary>Gives the session back.</summary>
    public async Task EndSessionAsync()
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
        using var turnOfBmc = await _shared.Gates.EnterAsync(Endpoint.Address, Endpoint.Profile.Concurrency, cancellationToken);
        var answer = await Client().GetBytesAsync(uri, buffer, cancellationToken);
        turn.Bytes += answer.BodyBytes;
        if (!answer.IsRead)
        {
            _shared.Tally.Add(answer.Outcome);
            turn.Fail(answer.Outcome, answer.Error);
            turn.Missing ??= answer.Outcome == RedfishOutcome.NotFound ? uri : null;
            return answer.IsGone || answer.Outcome == RedfishOutcome.Unauthorized;
        }

        var body = answer.Body.Span;
        var hash = XxHash3.HashToUInt64(body);
        if (slot.BodyHash == hash && _series.TakeAgain(uri))
        {
            turn.Read++;
            turn.Unchanged++;
            return false;
        }

        var result = Decode(slot, body);
        if (slot.Read.Class == ReadClass.Inventory)
        {
            turn.Change ??= _manager.Look(uri, body);
        }

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

    private void Tell(Turn turn, bool wasSilent, bool isChanged)
    {
        void Raise(BmcChangeKind kind, string evidence) => _shared.OnChange(new BmcChange(Endpoint.Mac, Endpoint.Address, kind, evidence));

        if (turn.Change is var (kind, evidence))
        {
            Raise(kind, evidence);
        }
        else if (turn.Missing is { } gone && turn.Read > 0)
        {
            Raise(BmcChangeKind.Membership, $"{gone} was planned and is not there");
        }
        else if (isChanged)
        {
            Raise(BmcChangeKind.Membership, "a body names other values than at the poll before");
        }
        else if (wasSilent && turn.Read > 0)
        {
            Raise(BmcChangeKind.Returned, "it was silent and answers again");
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
        var counts = _series.Finish(stampMs, isGone);
        try
        {
            if (_series.Count == 0)
            {
                return counts;
            }

            var batch = new SampleBatch(
                new[] { new Poll(stampMs, _series.Count) }, _series.SeriesNumbers, _series.Values, _series.Qualities)
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

    // What one poll brought so far.
    private sealed class Turn
    {
        public int Read { get; set; }

        public int Failed { get; private set; }

        public int Unchanged { get; set; }

        public long Bytes { get; set; }

        public string? Missing { get; set; }

        public (BmcChangeKind Kind, string Evidence)? Change { get; set; }

        public RedfishOutcome Outcome { get; private set; } = RedfishOutcome.Read;

        public string Error { get; private set; } = "";

        public void Fail(RedfishOutcome outcome, string error)
        {
            Failed++;
            (Outcome, Error) = (outcome, error);
        }
    }
}
