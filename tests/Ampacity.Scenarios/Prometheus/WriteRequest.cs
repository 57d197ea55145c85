using System.Net.Http.Headers;
using System.Text;
using Snappier;

namespace Ampacity.Scenarios;

/// <summary>A remote-write 1.0 request written by hand, so that no writer of ours takes part.</summary>
internal static class WriteRequest
{
    /// <summary>Sends series with their samples, and fails unless all were taken.</summary>
    public static async Task SendAsync(HttpClient http, string url, IEnumerable<((string Name, string Value)[] Labels, (long TimestampMs, double Value)[] Samples)> series)
    {
        var message = new List<byte>();
        foreach (var (labels, samples) in series)
        {
            var one = new List<byte>();
            foreach (var (name, value) in labels.OrderBy(label => label.Name, StringComparer.Ordinal))
            {
                one.AddRange(Field(1, [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(2, Encoding.UTF8.GetBytes(value))]));
            }

            foreach (var (timestampMs, value) in samples)
            {
                one.AddRange(Field(2, [(1 << 3) | 1, .. BitConverter.GetBytes(value), 2 << 3, .. Varint(timestampMs)]));
            }

            message.AddRange(Field(1, [.. one]));
        }

        using var body = new ByteArrayContent(Snappy.CompressToArray(message.ToArray()));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        using var answer = await http.PostAsync(url + "/api/v1/write", body);
        Assert.True(answer.IsSuccessStatusCode, $"{url}/api/v1/write answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
