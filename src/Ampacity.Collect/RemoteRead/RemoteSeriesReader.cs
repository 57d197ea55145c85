using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads the series of a store that somebody else runs, by the API of a Prometheus: raw samples, as exactly as the store gives them
/// (<see cref="RemoteStoreProtocol"/>, docs/design/0022-store-beside.md). Nothing is kept but labels and their numbers.
/// </summary>
/// <remarks>
/// Any thread; reads may overlap. Conditions, range and, of lists, names are pushed down; newest values are the last of all samples of the range, since
/// no API gives a newest sample with its own time. Samples have quality good: others are not told.
/// </remarks>
public sealed class RemoteSeriesReader : ISeriesReader, IDisposable
{
    // Year 9999: past it stores cannot read a time.
    private const long LastMs = 253_402_300_799_999;

    private readonly RemoteStoreOptions _options;
    private readonly RemoteStoreClient _client;
    private readonly TimeProvider _time;
    private int _protocol;

    /// <summary>A reader; the store is not asked before the first read.</summary>
    public RemoteSeriesReader(RemoteStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        _client = new RemoteStoreClient(options, time);
        Series = new RemoteSeriesTable(options.MaxSeries);
        _protocol = options.Protocol is { } said ? (int)said + 1 : 0;
    }

    /// <summary>Series read so far, by number.</summary>
    public RemoteSeriesTable Series { get; }

    /// <summary>Where the store is.</summary>
    public string Name => _client.Name;

    /// <summary>What the store speaks; null until it was asked.</summary>
    public RemoteStoreProtocol? Protocol => Volatile.Read(ref _protocol) is > 0 and var known ? (RemoteStoreProtocol)(known - 1) : null;

    /// <summary>Requests sent, further attempts included, and those not answered with 2xx.</summary>
    public (long Sent, long Failed) Requests => (_client.Requests, _client.Failures);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        query = QualityMatch.Apply(query);
        if (query.Buckets is not null)
        {
            throw new SeriesStoreException($"the store {Name} keeps no tiers that can be read; ask for samples");
        }

        // No sample of another quality than good comes from elsewhere.
        if (!query.Qualities.HasFlag(SampleQualities.Good) || query.ThroughMs < 0 || query.FromMs >= query.ThroughMs)
        {
            yield break;
        }

        var batch = new RemoteBatch(query, Series);
        await foreach (var _ in PartsAsync(query, batch, cancellationToken))
        {
            if (batch.IsFull)
            {
                yield return batch.Gathered;
                batch.Clear();
            }
        }

        batch.End();
        if (batch.Gathered.SeriesCount > 0)
        {
            yield return batch.Gathered;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken) =>
        TextsAsync("/api/v1/labels", query, labels => labels.Select(label => label.Name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken) => TextsAsync(
        $"/api/v1/label/{Uri.EscapeDataString(labelName)}/values", query, labels => labels.Where(label => label.Name == labelName).Select(label => label.Value), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // One element for each message that was taken into the batch.
    private async IAsyncEnumerable<int> PartsAsync(SeriesQuery query, RemoteBatch batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var labels = new LabelSetBuilder();
        var (fromMs, throughMs) = (Math.Max(0, query.FromMs == long.MaxValue ? LastMs : query.FromMs + 1), Math.Min(query.ThroughMs, LastMs));
        var protocol = query.Shape == ReadShape.Labels ? default : await ProtocolAsync(cancellationToken);
        using var response = await AskAsync(query, protocol, fromMs, throughMs, cancellationToken);
        await using var stream = await _client.BodyAsync(response, cancellationToken);
        using var buffer = new MessageBuffer(stream, _options.MaxMessageBytes, Name);
        if (query.Shape != ReadShape.Labels && protocol == RemoteStoreProtocol.RemoteRead && RemoteReadAnswer.IsStreamed(response.Content.Headers.ContentType?.MediaType))
        {
            await foreach (var frame in buffer.FramesAsync(cancellationToken))
            {
                Understood(() => RemoteReadAnswer.TakeFrame(frame.Span, labels, batch));
                yield return 0;
            }
        }
        else if (query.Shape != ReadShape.Labels && protocol == RemoteStoreProtocol.Export)
        {
            var line = new ExportLine(Name);
            await foreach (var text in buffer.LinesAsync(cancellationToken))
            {
                line.Take(text.Span, labels, batch);
                yield return 0;
            }
        }
        else
        {
            var body = await buffer.WholeAsync(cancellationToken);
            Understood(() =>
            {
                if (query.Shape == ReadShape.Labels)
                {
                    PrometheusAnswer.TakeSeriesList(body.Span, labels, batch);
                }
                else if (protocol == RemoteStoreProtocol.RemoteRead)
                {
                    RemoteReadAnswer.TakeSamples(body.Span, _options.MaxMessageBytes, labels, batch);
                }
                else
                {
                    PrometheusAnswer.TakeMatrix(body.Span, labels, batch);
                }
            });
            yield return 0;
        }
    }

    private Task<HttpResponseMessage> AskAsync(SeriesQuery query, RemoteStoreProtocol protocol, long fromMs, long throughMs, CancellationToken cancellationToken)
    {
        if (query.Shape == ReadShape.Labels)
        {
            return _client.AskAsync("/api/v1/series", () => ListForm(query.Matchers, fromMs, throughMs), null, cancellationToken);
        }

        switch (protocol)
        {
            case RemoteStoreProtocol.RemoteRead:
                var body = RemoteReadRequest.Write(query.Matchers, fromMs, throughMs);
                return _client.AskAsync(RemoteReadAnswer.Path, () => ReadBody(body), null, cancellationToken);
            case RemoteStoreProtocol.Export:
                return _client.AskAsync("/api/v1/export", () => ListForm(query.Matchers, fromMs, throughMs), null, cancellationToken);
            default:
                var expression = string.Create(CultureInfo.InvariantCulture, $"{SelectorWriter.Write(query.Matchers)}[{Math.Max(1, throughMs - fromMs + 1)}ms]");
                return _client.AskAsync(
                    "/api/v1/query",
                    () => new FormUrlEncodedContent([new("query", expression), new("time", Seconds(throughMs)), new("partial_response", "false")]), null, cancellationToken);
        }
    }

    private async ValueTask<RemoteStoreProtocol> ProtocolAsync(CancellationToken cancellationToken)
    {
        if (Protocol is { } known)
        {
            return known;
        }

        // A series that nobody has, in the last second: what is answered is only whether it is understood.
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Matcher[] nothing = [new(LabelSet.MetricName, MatchKind.Equal, "ampacity_asks_how_to_read")];
        var body = RemoteReadRequest.Write(nothing, nowMs - 1000, nowMs);
        RemoteStoreProtocol found;
        using (var read = await _client.AskAsync(RemoteReadAnswer.Path, () => ReadBody(body), IsUnknown, cancellationToken))
        {
            found = read.IsSuccessStatusCode ? RemoteStoreProtocol.RemoteRead : RemoteStoreProtocol.RangeVector;
        }

        if (found == RemoteStoreProtocol.RangeVector)
        {
            using var export = await _client.AskAsync("/api/v1/export", () => ListForm(nothing, nowMs - 1000, nowMs), IsUnknown, cancellationToken);
            found = export.IsSuccessStatusCode ? RemoteStoreProtocol.Export : found;
        }

        Volatile.Write(ref _protocol, (int)found + 1);
        return found;

        static bool IsUnknown(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotImplemented;
    }

    private async ValueTask<IReadOnlyList<string>> TextsAsync(
        string path, SeriesQuery query, Func<IEnumerable<(string Name, string Value)>, IEnumerable<string>> pick, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        query = QualityMatch.Apply(query);
        if (!query.Scope.IsWhole)
        {
            // The store knows no scope: series are listed, and those that may be seen say it.
            var texts = new SortedSet<string>(StringComparer.Ordinal);
            await foreach (var batch in ReadAsync(query with { Shape = ReadShape.Labels }, cancellationToken))
            {
                foreach (var labels in batch.Labels)
                {
                    texts.UnionWith(pick(Pairs(labels)));
                }
            }

            return [.. texts];
        }

        // Without conditions a store answers from its index alone.
        var match = query.Matchers.Count == 0 ? "" : $"&match[]={Uri.EscapeDataString(SelectorWriter.Write(query.Matchers))}";
        var (from, through) = (Seconds(Math.Max(0, query.FromMs + 1)), Seconds(Math.Clamp(query.ThroughMs, 0, LastMs)));
        using var response = await _client.AskAsync($"{path}?start={from}&end={through}{match}", null, null, cancellationToken);
        await using var stream = await _client.BodyAsync(response, cancellationToken);
        using var buffer = new MessageBuffer(stream, _options.MaxMessageBytes, Name);
        var body = await buffer.WholeAsync(cancellationToken);
        IReadOnlyList<string> found = [];
        Understood(() => found = PrometheusAnswer.Texts(body.Span));
        return found;
    }

    private static List<(string Name, string Value)> Pairs(LabelSet labels)
    {
        var pairs = new List<(string, string)>();
        foreach (var label in labels)
        {
            pairs.Add((label.Name, label.Value));
        }

        return pairs;
    }

    private void Understood(Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is WireFormatException or JsonException or FormatException)
        {
            throw new SeriesStoreException($"the store {Name} gave an answer that cannot be read: {error.Message}", error);
        }
    }

    private static ByteArrayContent ReadBody(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        return content;
    }

    private static FormUrlEncodedContent ListForm(IReadOnlyList<Matcher> matchers, long fromMs, long throughMs) => new(
        [new("match[]", SelectorWriter.Write(matchers)), new("start", Seconds(fromMs)), new("end", Seconds(throughMs))]);

    private static string Seconds(long timestampMs) => (timestampMs / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
}
