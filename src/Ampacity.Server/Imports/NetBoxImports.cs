using Ampacity.Fleet;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Reads NetBox exports that are sent in, one at a time: each may take several times its size in memory.</summary>
/// <param name="spool">Where bodies wait.</param>
/// <remarks>Any thread.</remarks>
internal sealed class NetBoxImports(FileSpool spool) : IDisposable
{
    /// <summary>Longest export, bytes: 512 MiB, about 200,000 devices with their ports and cables (estimated from 2.5 kB a device).</summary>
    public const long MaxBytes = 512L << 20;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Runs an import, or says that another one is under way.</summary>
    public async Task<IResult> OneAtATimeAsync(Func<Task<IResult>> import)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero))
        {
            return Problems.Unavailable("Another NetBox import is under way: try again when it is done.");
        }

        try
        {
            return await import();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes the body in and makes something of it.</summary>
    /// <returns>What was made, or every error with its line.</returns>
    public async Task<(T? Value, IReadOnlyList<FileError> Errors)> ReadAsync<T>(
        HttpContext context, string name, Func<NetBoxExport, FileResult<T>> make)
        where T : class
    {
        byte[] bytes;
        await using (var file = await spool.TakeAsync(context.Request, MaxBytes, context.RequestAborted))
        {
            bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, context.RequestAborted);
        }

        var export = NetBoxExport.Parse(name, bytes);
        if (export.Value is null)
        {
            return (null, export.Errors);
        }

        var made = make(export.Value);
        return (made.Value, made.Errors);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
