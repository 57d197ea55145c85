using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Ampacity.Load;

/// <summary>
/// As little of an HTTP server as a measurement needs, so that what it costs itself is small: it reads requests with a length, gives them to nobody, and
/// answers bytes that were made before.
/// </summary>
internal sealed class LoopbackHttp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly Task _accepting;
    private long _bodyBytes;
    private long _requests;

    public LoopbackHttp(byte[] answer)
    {
        _answer = answer;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Bytes of bodies that came in.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <summary>Requests that were answered.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                _ = ServeAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var stream = connection.GetStream();
        var buffer = new byte[1 << 16];
        var filled = 0;
        try
        {
            while (true)
            {
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(filled), _stop.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    filled += read;
                }

                var left = LengthOf(buffer.AsSpan(0, end));
                Interlocked.Add(ref _bodyBytes, left);
                var inBuffer = Math.Min(left, filled - end - 4);
                left -= inBuffer;
                buffer.AsSpan(end + 4 + (int)inBuffer, filled - end - 4 - (int)inBuffer).CopyTo(buffer);
                filled -= end + 4 + (int)inBuffer;
                while (left > 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), _stop.Token);
                    left -= read;
                    if (read == 0)
                    {
                        return;
                    }
                }

                Interlocked.Increment(ref _requests);
                await stream.WriteAsync(_answer, _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The run is over, or the other side went.
        }
    }

    private static long LengthOf(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out long length, out _) ? length : 0;
    }
}
