using Ampacity.Collect;

namespace Ampacity.Server;

/// <summary>
/// What other programs answered last as lists of targets, each asked again at its interval. One that does not answer, or answers nonsense, keeps the targets
/// that it had.
/// </summary>
/// <remarks>One thread asks for lists; answers come in beside it.</remarks>
internal sealed class HttpTargetLists(ScrapeClients clients, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<HttpTargets, Entry> _entries = [];

    /// <summary>Targets of a list as they are known now; asks anew, without waiting, when it is time.</summary>
    /// <param name="list">Which.</param>
    /// <param name="tell">Told why the newest look failed.</param>
    public IReadOnlyList<FoundTarget> Of(HttpTargets list, Action<string> tell)
    {
        if (!_entries.TryGetValue(list, out var entry))
        {
            entry = new Entry();
            _entries.Add(list, entry);
        }

        if (entry.Asking.IsCompleted && (entry.AskedAt is not { } at || time.GetElapsedTime(at) >= list.RefreshInterval))
        {
            entry.AskedAt = time.GetTimestamp();
            entry.Asking = AskAsync(list, entry, _stop.Token);
        }

        var (targets, wrong) = entry.Found;
        if (wrong is not null)
        {
            tell(wrong);
        }

        return targets;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_entries.Values.Select(entry => entry.Asking));
        _stop.Dispose();
    }

    private async Task AskAsync(HttpTargets list, Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            entry.Found = new Found(await list.AskAsync(clients.Of(list.Connection), time, cancellationToken), null);
        }
        catch (FormatException error)
        {
            entry.Found = entry.Found with { Wrong = error.Message };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception bug)
        {
            entry.Found = entry.Found with { Wrong = $"Bug: {bug}" };
        }
    }

    private sealed class Entry
    {
        private volatile Found _found = new([], null);

        public long? AskedAt { get; set; }

        public Task Asking { get; set; } = Task.CompletedTask;

        public Found Found
        {
            get => _found;
            set => _found = value;
        }
    }

    private sealed record Found(IReadOnlyList<FoundTarget> Targets, string? Wrong);
}
