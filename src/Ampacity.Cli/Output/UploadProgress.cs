using System.Globalization;
using System.Net;

namespace Ampacity.Cli;

/// <summary>Says on a terminal how much of a file was sent; nothing when standard error is a file.</summary>
internal sealed class UploadProgress
{
    private const int Width = 30;
    private readonly bool _shown;
    private readonly string _after;
    private int _percent = -1;

    private UploadProgress(bool shown, string after)
    {
        _shown = shown;
        _after = after;
    }

    /// <param name="after">What the server does with the file once it has all of it.</param>
    public static UploadProgress Show(string after = "planning …") => new(!Console.IsErrorRedirected, after);

    public void Sent(long bytes, long total)
    {
        var percent = total == 0 ? 100 : (int)(bytes * 100 / total);
        if (!_shown || percent == _percent)
        {
            return;
        }

        _percent = percent;
        var bar = new string('#', percent * Width / 100).PadRight(Width, '.');
        Console.Error.Write(string.Create(
            CultureInfo.InvariantCulture, $"\r[{bar}] {percent,3} % of {total / 1048576.0:0.0} MiB{(percent == 100 ? $" sent; {_after}" : "")} "));
        if (percent == 100)
        {
            Console.Error.WriteLine();
        }
    }
}

/// <summary>A file as the body of a request, sent as it is read.</summary>
internal sealed class UploadContent(FileStream file, UploadProgress progress) : HttpContent
{
    private const int BufferBytes = 1 << 20;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var (sent, total) = (0L, file.Length);
        while (await file.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            sent += read;
            progress.Sent(sent, total);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Length;
        return true;
    }
}
