namespace Ampacity.Server;

/// <summary>Things to close in the reverse order in which they were opened; one that fails to close does not keep the others open.</summary>
internal sealed class OwnedStack : IAsyncDisposable
{
    private readonly Stack<object> _owned = new();

    public T Own<T>(T thing)
        where T : notnull
    {
        _owned.Push(thing);
        return thing;
    }

    /// <summary>Owns what a task opens: closing waits for it, and what could not be opened needs no closing.</summary>
    public Task<T> OwnOpening<T>(Task<T> opening)
        where T : IAsyncDisposable
    {
        Own(new Opening<T>(opening));
        return opening;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_owned.TryPop(out var thing))
        {
            return;
        }

        try
        {
            if (thing is IAsyncDisposable closes)
            {
                await closes.DisposeAsync();
            }
            else if (thing is IDisposable disposes)
            {
                disposes.Dispose();
            }
        }
        finally
        {
            await DisposeAsync();
        }
    }

    private sealed class Opening<T>(Task<T> opening) : IAsyncDisposable
        where T : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
            {
                await (await opening).DisposeAsync();
            }
        }
    }
}
