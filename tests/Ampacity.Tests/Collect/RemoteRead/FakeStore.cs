using System.Collections.Concurrent;
using System.Text;
using Ampacity.Collect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Snappier;

namespace Ampacity.Tests.Collect;

/// <summary>A store that answers what a test says, and remembers what it was asked.</summary>
internal sealed class FakeStore : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeStore(WebApplication app) => _app = app;

    public ConcurrentQueue<string> Asked { get; } = new();

    public Uri Url => new(_app.Urls.First());

    public RemoteStoreOptions Options => new() { Url = Url, RetryWait = TimeSpan.FromMilliseconds(1), MaxRetryWait = TimeSpan.FromMilliseconds(20) };

    public static async Task<FakeStore> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var store = new FakeStore(app);
        app.Run(context =>
        {
            store.Asked.Enqueue(context.Request.Path);
            return answer(context);
        });
        await app.StartAsync();
        return store;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Answers with text.</summary>
    public static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }

    /// <summary>Answers frames of chunks.</summary>
    public static Task StreamAsync(HttpContext context, params byte[][] frames)
    {
        context.Response.ContentType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
        return context.Response.Body.WriteAsync(frames.SelectMany(frame => frame).ToArray(), 0, frames.Sum(frame => frame.Length));
    }

    /// <summary>A frame: length, CRC-32C by its polynomial, content.</summary>
    public static byte[] Frame(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var one in content)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc = ~crc;
        return [.. Varint(content.Length), (byte)(crc >> 24), (byte)((crc >> 16) & 0xFF), (byte)((crc >> 8) & 0xFF), (byte)(crc & 0xFF), .. content];
    }

    /// <summary>A series of chunks, of which one has the samples.</summary>
    public static byte[] ChunkedSeries((string Name, string Value)[] labels, params (long TimestampMs, double Value)[] samples)
    {
        var chunk = new XorChunkWriter();
        foreach (var (timestampMs, value) in samples)
        {
            chunk.Add(timestampMs, value);
        }

        byte[] histogram = [.. Number(3, 2), .. Field(4, [1, 2, 3])];
        return Field(1, [.. Labels(labels), .. Field(2, histogram), .. Field(2, [.. Number(1, 7), .. Number(2, 9), .. Number(3, 1), .. Field(4, chunk.ToArray())])]);
    }

    /// <summary>An answer with samples.</summary>
    public static byte[] Samples((string Name, string Value)[] labels, params (long TimestampMs, double Value)[] samples) => Snappy.CompressToArray(
        Field(1, Field(1, [.. Labels(labels), .. samples.SelectMany(sample => Field(2, [(1 << 3) | 1, .. BitConverter.GetBytes(sample.Value), .. Number(2, sample.TimestampMs)]))])));

    private static byte[] Labels((string Name, string Value)[] labels) =>
        [.. labels.SelectMany(label => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(label.Name)), .. Field(2, Encoding.UTF8.GetBytes(label.Value))]))];

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int number, long value) => [(byte)(number << 3), .. Varint(value)];

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
