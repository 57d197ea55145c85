using System.IO.Compression;
using System.Net.Http.Headers;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Counts over scrapes. Sums, one by one.</summary>
/// <param name="Scrapes">Made.</param>
/// <param name="Failures">Of those, that failed.</param>
/// <param name="Bytes">Of pages, after decompression.</param>
/// <param name="Samples">Of pages, kept.</param>
/// <param name="Dropped">Of pages, dropped by rules.</param>
/// <param name="NotWritten">Scrapes that the store did not take.</param>
public readonly record struct ScrapeCounts(long Scrapes, long Failures, long Bytes, long Samples, long Dropped, long NotWritten)
{
    /// <summary>Sums, one by one.</summary>
    public static ScrapeCounts operator +(ScrapeCounts a, ScrapeCounts b) => new(
        a.Scrapes + b.Scrapes, a.Failures + b.Failures, a.Bytes + b.Bytes, a.Samples + b.Samples, a.Dropped + b.Dropped, a.NotWritten + b.NotWritten);
}

/// <summary>Scrapes one target, again and again.</summary>
/// <remarks>One scrape at a time; state and counts may be read from any thread.</remarks>
internal sealed class TargetScrape(ScrapeTarget target, HttpClient http, ExpositionReceiver receiver, ISeriesWriter store, TimeProvider time)
{
    // As Prometheus asks: OpenMetrics first.
    private const string Accept = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private readonly TargetWriter _writer = new(target, store);
    private ScrapeState _state = new(target, null, "", 0, TimeSpan.Zero, 0);
    private ScrapeCounts _counts;
    private string _refused = "";

    public ScrapeState State => Volatile.Read(ref _state);

    public ScrapeCounts Counts => _counts;

    /// <summary>Scrapes until cancelled, at the target's phase of the interval, then says that its series have ended if the target is gone.</summary>
    public async Task RunAsync(SemaphoreSlim slots, Func<bool> isGone, CancellationToken cancellationToken)
    {
        var intervalMs = Math.Max(1, (long)target.Interval.TotalMilliseconds);
        var offsetMs = PollPhase.OffsetMs(target.Key, intervalMs);
        try
        {
            while (true)
            {
                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                await Task.Delay(TimeSpan.FromMilliseconds(PollPhase.NextDueMs(nowMs, intervalMs, offsetMs) - nowMs), time, cancellationToken);
                await slots.WaitAsync(cancellationToken);
                try
                {
                    await ScrapeAsync(cancellationToken);
                }
                finally
                {
                    slots.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (isGone())
            {
                await LeaveAsync();
            }
        }
    }

    /// <summary>One scrape, now. What goes wrong is in <see cref="State"/> and in the series <c>up</c>.</summary>
    public async Task ScrapeAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var atMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        _writer.Begin(atMs, () => time.GetElapsedTime(began).TotalSeconds);
        var (error, bytes, notWritten) = ("", 0L, 0);
        _refused = "";
        try
        {
            using var late = new CancellationTokenSource(target.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                bytes = await TakeAsync(atMs, either.Token, cancellationToken);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                error = $"no whole page within {target.Timeout.TotalSeconds} s";
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or InvalidDataException or ScrapeFailedException or ReceiveRejectedException)
        {
            error = failed.Message;
        }
        catch (Exception failed) when (failed is SeriesStoreException or SeriesLimitException)
        {
            (error, notWritten) = ($"the store does not take it: {failed.Message}", 1);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // What one target says never ends the scrapes of the others.
            error = $"Bug: {bug}";
        }

        if (error.Length > 0 && notWritten == 0)
        {
            notWritten = await FailAsync(cancellationToken) ? 0 : 1;
        }

        _counts += new ScrapeCounts(1, error.Length > 0 ? 1 : 0, bytes, error.Length > 0 ? 0 : _writer.Kept, 0, notWritten);
        _counts = _counts with { Dropped = _writer.DroppedSamples };
        Volatile.Write(ref _state, new ScrapeState(target, error.Length == 0, error.Length > 0 ? error : _refused, atMs, time.GetElapsedTime(began), _writer.SeriesCount));
    }

    private async Task<bool> FailAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _writer.FailAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (error is SeriesStoreException or SeriesLimitException)
        {
            // Counted by the caller; the store itself says why to whoever runs it.
            return false;
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await _writer.LeaveAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), CancellationToken.None);
        }
        catch (Exception error) when (error is SeriesStoreException or SeriesLimitException)
        {
            _counts += new ScrapeCounts(0, 0, 0, 0, 0, 1);
        }
    }

    private async Task<long> TakeAsync(long atMs, CancellationToken untilLate, CancellationToken cancellationToken)
    {
        if (target.Refusal is { } refusal)
        {
            throw new ScrapeFailedException(refusal);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, target.Url);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", target.Timeout.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture));
        ScrapeClients.Login(target.Job.Connection, request);
        foreach (var (name, value) in target.Job.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, untilLate);
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            throw new ScrapeFailedException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        var page = await ReadAsync(response, untilLate);
        var options = new ExpositionOptions(atMs)
        {
            Format = response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text" ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text,
        };

        // From here on it is ours: a page that came in time is written, however long the disk takes.
        var result = await receiver.ReceiveAsync(page, options, _writer, cancellationToken);
        _refused = result.Counts.SeriesRefused + result.Counts.SeriesOverLimit > 0 ? result.Message : "";
        if (result.Counts.Samples == 0)
        {
            await _writer.AppendAsync(new SampleBatch(default, default, default, default) { Lease = _writer.Lease }, cancellationToken);
        }

        return page.Length;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var plain = await response.Content.ReadAsStreamAsync(cancellationToken);
        var encoding = response.Content.Headers.ContentEncoding.FirstOrDefault() ?? "";
        await using var gzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? new GZipStream(plain, CompressionMode.Decompress)
            : encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? null
            : throw new ScrapeFailedException($"the page is encoded as {encoding}, which was not asked for");
        var from = (Stream?)gzip ?? plain;
        var page = new MemoryStream((int)Math.Min(response.Content.Headers.ContentLength ?? 65_536, 1 << 20));
        var buffer = new byte[65_536];
        for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (page.Length + read > target.Job.BodyBytes)
            {
                throw new ScrapeFailedException($"the page is over {target.Job.BodyBytes} bytes (body_size_limit)");
            }

            page.Write(buffer, 0, read);
        }

        return page.GetBuffer().AsMemory(0, (int)page.Length);
    }
}
