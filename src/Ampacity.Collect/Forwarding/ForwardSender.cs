using System.Globalization;
using System.Net;
using System.Text;
using Snappier;

namespace Ampacity.Collect;

/// <summary>
/// Sends what waits in a queue, one request after another so that a series stays in order: again while the receiver is away or busy, and on without
/// what it refuses for good.
/// </summary>
/// <remarks>One run at a time.</remarks>
internal sealed class ForwardSender : IDisposable
{
    // Beyond it a Retry-After is taken for a mistake.
    private static readonly TimeSpan MaxAsked = TimeSpan.FromMinutes(10);

    // A receiver that read 1.0 alone may have been replaced by one that reads 2.0.
    private static readonly TimeSpan AskAgain = TimeSpan.FromHours(1);

    private readonly ForwardTarget _target;
    private readonly SymbolRequestWriter _symbols;
    private readonly ForwardQueue _queue;
    private readonly TimeProvider _time;
    private readonly Action<string> _refused;
    private readonly HttpClient _http;
    private long _sent;
    private long _refusedSamples;
    private long _dropped;
    private long _requests;
    private long _retries;
    private long _fallBacks;
    private volatile string? _failing;

    // From when on 2.0 is tried; and whether this receiver ever said what it wrote, as only one that reads 2.0 does.
    private DateTimeOffset _symbolsFrom = DateTimeOffset.MinValue;
    private bool _readsSymbols;

    /// <param name="target">Where to.</param>
    /// <param name="queue">What waits.</param>
    /// <param name="describe">What is known of a metric.</param>
    /// <param name="time">The clock.</param>
    /// <param name="refused">Told why a request was refused for good, and that 1.0 is sent instead of 2.0.</param>
    public ForwardSender(ForwardTarget target, ForwardQueue queue, Func<string, MetricDescription?> describe, TimeProvider time, Action<string> refused)
    {
        (_target, _queue, _symbols, _time, _refused) = (target, queue, new SymbolRequestWriter(describe), time, refused);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var (name, value) in target.Headers)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        _http.DefaultRequestHeaders.UserAgent.ParseAdd("ampacity");
    }

    /// <summary>What became of samples. Any thread.</summary>
    public ForwardCounts Counts
    {
        get
        {
            var (samples, bytes, dropped) = _queue.Counts;
            return new ForwardCounts(
                Interlocked.Read(ref _sent), Interlocked.Read(ref _refusedSamples), dropped + Interlocked.Read(ref _dropped), Interlocked.Read(ref _requests),
                Interlocked.Read(ref _retries), samples, bytes, _queue.Peek()?.QueuedMs, _failing, Interlocked.Read(ref _fallBacks));
        }
    }

    /// <summary>Counts samples that could not be queued.</summary>
    public void CountDropped(int samples) => Interlocked.Add(ref _dropped, samples);

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var records = Next();
            if (records.Count == 0)
            {
                await _queue.WaitAsync(cancellationToken);
                continue;
            }

            var samples = records.Sum(record => record.Samples);
            await SendAsync(records, samples, cancellationToken);
            _queue.Advance(records[^1], samples);
        }
    }

    public void Dispose() => _http.Dispose();

    private IReadOnlyList<ForwardRecord> Next()
    {
        var samples = 0;
        return _queue.PeekWhile(record =>
        {
            samples += record.Samples;
            return samples == record.Samples || samples <= _target.SamplesPerRequest;
        });
    }

    // Messages one behind the other are one message of both; a Snappy block is not, so small ones are packed again.
    private static byte[] Joined(IReadOnlyList<ForwardRecord> records)
    {
        if (records.Count == 1)
        {
            return records[0].Content.ToArray();
        }

        using var plain = new MemoryStream();
        foreach (var record in records)
        {
            plain.Write(Snappy.DecompressToArray(record.Content.Span));
        }

        return Snappy.CompressToArray(plain.GetBuffer().AsSpan(0, (int)plain.Length));
    }

    private ForwardProtocol Protocol() => _target.Protocol == ForwardProtocol.V2 && _time.GetUtcNow() >= _symbolsFrom ? ForwardProtocol.V2 : ForwardProtocol.V1;

    private byte[] Body(IReadOnlyList<ForwardRecord> records, ForwardProtocol protocol) => protocol == ForwardProtocol.V1 ? Joined(records) : _symbols.Write(records);

    private async Task SendAsync(IReadOnlyList<ForwardRecord> records, int samples, CancellationToken cancellationToken)
    {
        var backOff = default(BackOff);
        var protocol = Protocol();
        var body = Body(records, protocol);
        while (true)
        {
            var answer = await AttemptAsync(protocol, body, cancellationToken);
            if (protocol == ForwardProtocol.V2 && ReadsOldAlone(answer))
            {
                FallBack(answer);
                protocol = ForwardProtocol.V1;
                body = Body(records, protocol);
                continue;
            }

            if (answer.Status is { } status && IsFinal(status))
            {
                _failing = null;
                Take(answer, samples, protocol);
                return;
            }

            _failing = answer.Reason;
            Interlocked.Increment(ref _retries);
            backOff = backOff.Failed();
            var wait = backOff.Delay(TimeSpan.FromSeconds(1), _target.MaxBackOff, _target.Name);
            await Task.Delay(answer.RetryAfter is { } longer && longer > wait && longer <= MaxAsked ? longer : wait, _time, cancellationToken);
        }
    }

    // Sent again, what was refused with 4xx would be refused again: with 400 a Prometheus has even kept a part of it.
    private static bool IsFinal(HttpStatusCode status) => IsTaken(status)
        || status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);

    private static bool IsTaken(HttpStatusCode status) => status is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous;

    // 415 says so. A receiver of before 2.0 that does not look at the type answers 400, or takes the message for an empty one, as Prometheus 2.42 and
    // VictoriaMetrics do: 204 and not a word of what was written, which would lose every sample.
    private bool ReadsOldAlone(Answer answer) => answer.Status is { } status && (status == HttpStatusCode.UnsupportedMediaType
        || (!_readsSymbols && answer.Written is null && (IsTaken(status) || status == HttpStatusCode.BadRequest)));

    private void FallBack(Answer answer)
    {
        _symbolsFrom = _time.GetUtcNow() + AskAgain;
        _readsSymbols = false;
        Interlocked.Increment(ref _fallBacks);
        _refused(string.Create(CultureInfo.InvariantCulture, $"{_target.Url.Host} does not read remote write 2.0 (it answered {(int)answer.Status!} and did not say what it wrote): it is sent 1.0, and asked again in {AskAgain.TotalMinutes} min"));
    }

    private void Take(Answer answer, int samples, ForwardProtocol protocol)
    {
        var isTaken = IsTaken(answer.Status!.Value);
        var written = answer.Written is { } said && protocol == ForwardProtocol.V2 ? (int)Math.Clamp(said, 0, samples) : isTaken && protocol == ForwardProtocol.V1 ? samples : 0;
        _readsSymbols |= protocol == ForwardProtocol.V2 && answer.Written is not null;
        Interlocked.Add(ref _requests, isTaken ? 1 : 0);
        Interlocked.Add(ref _sent, written);
        if (written < samples)
        {
            Interlocked.Add(ref _refusedSamples, samples - written);
            _refused(written == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{_target.Url.Host} refused a request of {samples} samples with {(int)answer.Status}: {answer.Reason}")
                : string.Create(CultureInfo.InvariantCulture, $"{_target.Url.Host} wrote {written} of {samples} samples and answered {(int)answer.Status}: {answer.Reason}"));
        }
    }

    private async Task<Answer> AttemptAsync(ForwardProtocol protocol, byte[] body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_target.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, _target.Url);
            protocol.SayOn(request, content);
            using var response = await _http.SendAsync(request, either.Token);
            var written = response.Headers.TryGetValues(ForwardProtocolHeaders.SamplesWritten, out var values)
                && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (long?)null;
            if (response.IsSuccessStatusCode)
            {
                return new Answer(response.StatusCode, "", null, written);
            }

            var said = await response.Content.ReadAsByteArrayAsync(either.Token);
            var reason = Encoding.UTF8.GetString(said.AsSpan(0, Math.Min(said.Length, 500))).Trim();
            var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
            return new Answer(response.StatusCode, $"{(int)response.StatusCode} {reason}", asked, written);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Answer(null, error is OperationCanceledException ? $"no answer within {_target.Timeout.TotalSeconds} s" : error.Message, null, null);
        }
    }

    /// <summary>How one attempt ended.</summary>
    /// <param name="Status">Its status; null where there was no answer.</param>
    /// <param name="Reason">What was said of a failure.</param>
    /// <param name="RetryAfter">When it may be sent again.</param>
    /// <param name="Written">Samples that the receiver says it wrote; null where it says nothing, as those of before 2.0.</param>
    private readonly record struct Answer(HttpStatusCode? Status, string Reason, TimeSpan? RetryAfter, long? Written);
}
