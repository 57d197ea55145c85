using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>
/// Keeps large bodies on disk on their way in or out: a plan is made while other changes wait, and no change waits for somebody's network.
/// </summary>
/// <param name="folder">Where; made when it is needed. Files are gone when they are closed.</param>
internal sealed class FileSpool(string folder)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>An empty file; closing it deletes it.</summary>
    public FileStream Make()
    {
        Directory.CreateDirectory(folder);
        return new FileStream(
            Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose);
    }

    /// <summary>Takes a request's body in.</summary>
    /// <returns>The file, standing at its beginning; closing it deletes it.</returns>
    /// <exception cref="BadHttpRequestException">The body is over <paramref name="maxBytes"/>.</exception>
    public async Task<FileStream> TakeAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        var file = Make();
        try
        {
            var buffer = new byte[BufferBytes];
            var total = 0L;
            while (await request.Body.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                total += read;
                if (total > maxBytes)
                {
                    throw new BadHttpRequestException($"The file is over {maxBytes >> 20} MiB: import it in parts.", StatusCodes.Status413PayloadTooLarge);
                }

                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
