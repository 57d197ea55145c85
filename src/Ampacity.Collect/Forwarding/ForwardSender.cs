using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
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

    private readonly ForwardTarget _target;
    private readonly ForwardQueue _queue;
    private readonly TimeProvider _time;
    private readonly Action<string> _refused;
    private readonly HttpClient _http;
    private long _sent;
    private long _refusedSamples;
    private long _dropped;
    private long _requests;
    private long _retries;
    private volatile string? _failing;

    /// <param name="target">Where to.</param>
    /// <param name="queue">What waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="refused">Told why a request was refused for good.</param>
    public ForwardSender(ForwardTarget target, ForwardQueue queue, TimeProvider time, Action<string> refused)
    {
        (_target, _queue, _time, _refused) = (target, queue, time, refused);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var (name, value) in target.Headers)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        _http.DefaultRequestHeaders.UserAgent.ParseAdd("ampacity");
        _http.DefaultRequestHeaders.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
    }

    /// <summary>What became of samples. Any thread.</summary>
    public ForwardCounts Counts
    {
        get
        {
            var (samples, bytes, dropped) = _queue.Counts;
            return new ForwardCounts(
                Interlocked.Read(ref _sent), Interlocked.Read(ref _refusedSamples), dropped + Interlocked.Read(ref _dropped), Interlocked.Read(ref _requests),
                Interlocked.Read(ref _retries), samples, bytes, _queue.Peek()?.QueuedMs, _failing);
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
            await SendAsync(Joined(records), samples, cancellationToken);
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

    private async Task SendAsync(byte[] body, int samples, CancellationToken cancellationToken)
    {
        var backOff = default(BackOff);
        while (true)
        {
            var (status, reason, asked) = await AttemptAsync(body, cancellationToken);
            if (status is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous)
            {
                _failing = null;
                Interlocked.Increment(ref _requests);
                Interlocked.Add(ref _sent, samples);
                return;
            }

            if (status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout))
            {
                // Sent again it would be refused again: with 400 a Prometheus has even kept a part of it.
                _failing = null;
                Interlocked.Add(ref _refusedSamples, samples);
                _refused(string.Create(CultureInfo.InvariantCulture, $"{_target.Url.Host} refused a request of {samples} samples with {(int)status}: {reason}"));
                return;
            }

            _failing = reason;
            Interlocked.Increment(ref _retries);
            backOff = backOff.Failed();
            var wait = backOff.Delay(TimeSpan.FromSeconds(1), _target.MaxBackOff, _target.Name);
            await Task.Delay(asked is { } longer && longer > wait && longer <= MaxAsked ? longer : wait, _time, cancellationToken);
        }
    }

    private async Task<(HttpStatusCode? Status, string Reason, TimeSpan? RetryAfter)> AttemptAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_target.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            using var response = await _http.PostAsync(_target.Url, content, either.Token);
            if (response.IsSuccessStatusCode)
            {
                return (response.StatusCode, "", null);
            }

            var said = await response.Content.ReadAsByteArrayAsync(either.Token);
            var reason = Encoding.UTF8.GetString(said.AsSpan(0, Math.Min(said.Length, 500))).Trim();
            var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
            return (response.StatusCode, $"{(int)response.StatusCode} {reason}", asked);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, error is OperationCanceledException ? $"no answer within {_target.Timeout.TotalSeconds} s" : error.Message, null);
        }
    }
}
