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
}
