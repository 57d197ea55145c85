using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Ampacity.Benchmarks;
using Snappier;

namespace Ampacity.Load;

/// <summary>
/// One connection that writes by remote write 1.0 what a fleet writes: polls of groups at equal times, stragglers with a time of their own, polls out
/// of order, series that are new, stale markers, and now and then a sample that was acknowledged already, with another value.
/// </summary>
/// <remarks>One thread at a time. It lives as long as the data folder, over all kills: what it had under way at one it sends again after it.</remarks>
internal sealed class CheckedSender
{
    private const int Groups = 6;
    private const int GroupSize = 5;

    // Within what the store takes: 30 minutes behind the series' newest.
    private const int MaxBehindMs = 25 * 60 * 1000;

    private readonly int _number;
    private readonly SentSamples _samples;
    private readonly Random _random;
    private readonly int[] _series;
    private readonly List<(int Series, long TimestampMs)> _request = [];
    private readonly List<(int Series, long TimestampMs)> _acknowledged = [];
    private byte[]? _underWay;
    private long _clockMs;

    public CheckedSender(int number, SentSamples samples, Random random, long clockMs)
    {
        (_number, _samples, _random, _clockMs) = (number, samples, random, clockMs);
        _series = [.. Enumerable.Range(0, Groups * GroupSize).Select(_ => samples.AddSeries())];
    }

    public long Requests { get; private set; }

    /// <summary>Requests that were told to come again.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends until the server is gone.</summary>
    /// <exception cref="KillRunException">The server answered otherwise than that all is kept.</exception>
    public async Task SendAsync(HttpClient http, string url)
    {
        while (true)
        {
            _underWay ??= NextRequest();
            using var body = new ByteArrayContent(_underWay);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            body.Headers.ContentEncoding.Add("snappy");
            try
            {
                using var answer = await http.PostAsync(url + "/api/v1/write", body);
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    // Nothing of it was kept: the disk is behind.
                    Refused++;
                    await Task.Delay(TimeSpan.FromMilliseconds(100));
                    continue;
                }

                if (answer.StatusCode != HttpStatusCode.NoContent)
                {
                    throw new KillRunException($"the server answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }
            }
            catch (HttpRequestException)
            {
                // Killed. Whether it was kept is not known: it comes again, or, now and then, never.
                if (_random.Next(4) == 0)
                {
                    _underWay = null;
                }

                return;
            }

            Requests++;
            _underWay = null;
            foreach (var (series, timestampMs) in _request)
            {
                _samples.MarkDurable(series, timestampMs);
            }

            if (_acknowledged.Count < 4096)
            {
                _acknowledged.AddRange(_request);
            }
            else
            {
                _acknowledged[_random.Next(_acknowledged.Count)] = _request[^1];
            }
        }
    }

    private byte[] NextRequest()
    {
        _request.Clear();
        var message = new ProtobufBytes();
        do
        {
            _clockMs += _random.Next(20, 200);
            for (var groups = _random.Next(1, 5); groups > 0; groups--)
            {
                AddPoll(message, _random.Next(Groups));
            }
        }
        while (_request.Count == 0);

        if (_acknowledged.Count > 0 && _random.Next(50) == 0)
        {
            // The first that was kept stays, whatever comes later for its time.
            var (series, timestampMs) = _acknowledged[_random.Next(_acknowledged.Count)];
            Add(message, series, timestampMs, _samples.ValueOf(series, timestampMs) is 41.5 ? 42.5 : 41.5);
        }

        return Snappy.CompressToArray(message.ToArray());
    }

    private void AddPoll(ProtobufBytes message, int group)
    {
        var atMs = _clockMs;
        var kind = _random.Next(20);
        if (kind == 0)
        {
            atMs -= _random.Next(1, MaxBehindMs);
        }
        else if (kind == 1)
        {
            // A series ends, and one that nobody knew begins.
            _series[(group * GroupSize) + _random.Next(GroupSize)] = _samples.AddSeries();
        }

        for (var i = 0; i < GroupSize; i++)
        {
            var series = _series[(group * GroupSize) + i];
            var ownMs = _random.Next(40) == 0 ? atMs + _random.Next(1, 1000) : atMs;
            if (_samples.TrySend(series, ownMs))
            {
                _request.Add((series, ownMs));
                Add(message, series, ownMs, _samples.ValueOf(series, ownMs));
            }
        }
    }

    private void Add(ProtobufBytes message, int series, long timestampMs, double value) => message.Message(1, one => one
        .Message(1, label => label.Text(1, "__name__").Text(2, $"kill_{series % 4}"))
        .Message(1, label => label.Text(1, "id").Text(2, series.ToString(CultureInfo.InvariantCulture)))
        .Message(1, label => label.Text(1, "job").Text(2, "kills"))
        .Message(1, label => label.Text(1, "sender").Text(2, _number.ToString(CultureInfo.InvariantCulture)))
        .Message(2, sample => sample.Fixed(1, BitConverter.DoubleToUInt64Bits(value)).Number(2, (ulong)timestampMs)));
}
