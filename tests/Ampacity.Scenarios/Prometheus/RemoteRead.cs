using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using Snappier;

namespace Ampacity.Scenarios;

/// <summary>
/// Prometheus' remote read (prometheus/prometheus prompb/remote.proto, response type SAMPLES): all samples that it holds, to the bit, with
/// the stale markers and NaN payloads that its query API does not show. Read by hand, so that no reader of ours takes part.
/// </summary>
internal static class RemoteRead
{
    /// <summary>Every sample in a closed range of time.</summary>
    public static async Task ReadAsync(HttpClient http, string url, long fromMs, long throughMs, SampleSet into)
    {
        // ReadRequest { 1 queries { 1 start, 2 end, 3 matchers { 1 type, 2 name, 3 value } } }; type 2 is =~.
        byte[] matcher = [0x08, 2, .. Field(2, "__name__"u8), .. Field(3, ".+"u8)];
        byte[] query = [0x08, .. Varint((ulong)fromMs), 0x10, .. Varint((ulong)throughMs), .. Field(3, matcher)];
        using var body = new ByteArrayContent(Snappy.CompressToArray(Field(1, query)));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        using var answer = await http.PostAsync(url + "/api/v1/read", body);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{url}/api/v1/read answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(bytes)}");

        // ReadResponse { 1 results { 1 timeseries { 1 labels { 1 name, 2 value }, 2 samples { 1 value, 2 timestamp } } } }
        foreach (var result in Fields(Snappy.DecompressToArray(bytes)))
        {
            foreach (var series in Fields(result.Bytes))
            {
                Take(series.Bytes, into);
            }
        }
    }

    private static void Take(ReadOnlyMemory<byte> series, SampleSet into)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var key = "";
        foreach (var field in Fields(series))
        {
            if (field.Number == 1)
            {
                var pair = Fields(field.Bytes).ToDictionary(part => part.Number, part => Encoding.UTF8.GetString(part.Bytes.Span));
                labels.Add(pair[1], pair.GetValueOrDefault(2, ""));
                key = SampleSet.Key(labels);
            }
            else
            {
                // A value of zero bits and a time of zero are left out on the wire.
                var parts = Fields(field.Bytes).ToDictionary(part => part.Number, part => part.Scalar);
                into.Add(key, unchecked((long)parts.GetValueOrDefault(2)), BitConverter.UInt64BitsToDouble(parts.GetValueOrDefault(1)));
            }
        }
    }

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes, ulong Scalar)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = ReadVarint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    yield return ((int)(tag >> 3), default, ReadVarint(message.Span, ref at));
                    break;
                case 1:
                    yield return ((int)(tag >> 3), default, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]));
                    at += 8;
                    break;
                case 2:
                    var length = (int)ReadVarint(message.Span, ref at);
                    yield return ((int)(tag >> 3), message.Slice(at, length), 0);
                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at byte {at}");
            }
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
