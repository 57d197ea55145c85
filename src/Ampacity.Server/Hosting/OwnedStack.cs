namespace Ampacity.Server;

/// <summary>Things to close in the reverse order in which they were opened.</summary>
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
        while (_owned.TryPop(out var thing))
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
    }
}
