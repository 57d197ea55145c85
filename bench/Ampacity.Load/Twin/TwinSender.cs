using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Ampacity.Benchmarks;
using Snappier;

namespace Ampacity.Load;

/// <summary>One connection that writes a range of accelerators by remote write 1.0: a request is one tick of up to 250 of them, 5,000 samples at 20 metrics.</summary>
/// <remarks>One thread at a time. Bodies are made once; a tick only changes their values and times, in place.</remarks>
internal sealed class TwinSender
{
    private const int AcceleratorsOfRequest = 250;

    // At the end of a series' message: tag, value, tag, time. A time of our days takes six bytes as varint.
    private const int TimeBytes = 6;
    private const int ValueBytes = 8;

    private readonly int _metrics;
    private readonly List<Request> _requests = [];

    public TwinSender(int from, int end, int metrics)
    {
        _metrics = metrics;
        for (var first = from; first < end; first += AcceleratorsOfRequest)
        {
            _requests.Add(Make(first, Math.Min(end, first + AcceleratorsOfRequest), metrics));
        }
    }

    /// <summary>Samples that were acknowledged.</summary>
    public long Samples { get; private set; }

    /// <summary>Writes one tick; waits between requests when it is given a time for all of them.</summary>
    /// <exception cref="KillRunException">The server refused.</exception>
    public async Task SendAsync(HttpClient http, string url, long tick, long atMs, TimeSpan within, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < _requests.Count; i++)
        {
            var request = _requests[i];
            Fill(request, tick, atMs);
            using var body = new ByteArrayContent(Snappy.CompressToArray(request.Body));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            body.Headers.ContentEncoding.Add("snappy");
            using var answer = await http.PostAsync(url + "/api/v1/write", body, CancellationToken.None);
            if (answer.StatusCode != HttpStatusCode.NoContent)
            {
                throw new KillRunException($"the server answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }

            Samples += request.Ends.Length;
            var due = (within * (i + 1) / _requests.Count) - TimeProvider.System.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(due, CancellationToken.None);
            }
        }
    }

    private void Fill(Request request, long tick, long atMs)
    {
        for (var i = 0; i < request.Ends.Length; i++)
        {
            var accelerator = request.First + (i / _metrics);
            var value = i % _metrics == 0 ? TwinFleet.WattsOf(accelerator, tick) : (i % _metrics * 100) + ((accelerator + tick) % 97);
            var time = request.Body.AsSpan(request.Ends[i] - TimeBytes, TimeBytes);
            BinaryPrimitives.WriteDoubleLittleEndian(request.Body.AsSpan(request.Ends[i] - TimeBytes - 1 - ValueBytes), value);
            for (var at = 0; at < TimeBytes; at++)
            {
                var bits = (byte)((atMs >> (7 * at)) & 0x7F);
                time[at] = at + 1 < TimeBytes ? (byte)(bits | 0x80) : bits;
            }
        }
    }

    private static Request Make(int first, int end, int metrics)
    {
        var body = new List<byte>();
        var ends = new List<int>();
        for (var accelerator = first; accelerator < end; accelerator++)
        {
            for (var metric = 0; metric < metrics; metric++)
            {
                body.AddRange(Series(accelerator, metric));
                ends.Add(body.Count);
            }
        }

        return new Request(first, [.. body], [.. ends]);
    }

    // Labels in order of name, as the protocol wants them.
    private static byte[] Series(int accelerator, int metric)
    {
        var rack = accelerator / TwinFleet.AcceleratorsOfRack;
        var message = new ProtobufBytes();
        message.Message(1, one =>
        {
            foreach (var (name, value) in ((string, string)[])
            [
                ("__name__", TwinFleet.MetricName(metric)), ("gpu", (accelerator % TwinFleet.AcceleratorsOfRack).ToString(CultureInfo.InvariantCulture)),
                ("hall", TwinFleet.HallOf(rack)), ("job", "twin"), ("model", "gb200"), ("pod", TwinFleet.PodOf(rack)),
                ("rack", TwinFleet.PositionOf(rack)), ("row", TwinFleet.RowOf(rack)), ("vendor", "nvidia"),
            ])
            {
                one.Message(1, label => label.Text(1, name).Text(2, value));
            }

            one.Message(2, sample => sample.Fixed(1, 0).Number(2, 1L << 40));
        });
        return message.ToArray();
    }

    private sealed record Request(int First, byte[] Body, int[] Ends);
}
