using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Ampacity.Server;

/// <summary>A server that listens; disposing stops it and closes its data folder.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OwnedStack _owned;

    internal RunningServer(WebApplication app, string url, OwnedStack owned)
    {
        _app = app;
        _owned = owned;
        Url = url;
    }

    /// <summary>Where it listens, with the port it really has.</summary>
    public string Url { get; }

    /// <summary>What it is composed of, for tests that put something into it.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Completes when the server is told to stop (signal, or the token).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Whatever fails to stop, the stores are closed: what was taken is committed and the folder is given back.
        try
        {
            await _app.StopAsync(CancellationToken.None);
        }
        finally
        {
            try
            {
                await _app.DisposeAsync();
            }
            finally
            {
                await _owned.DisposeAsync();
            }
        }
    }
}
