using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Ampacity.PromQL;

/// <summary>
/// Fills slices on several threads and folds them one by one in their order, so that what comes out is the same to the bit whatever the
/// number of threads: a sum of doubles depends on the order of its terms.
/// </summary>
/// <remarks>Whoever has filled the next slice folds it, and those after it that are ready; folding never waits for a thread of its own.</remarks>
internal sealed class OrderedSlices(int count, int workers, Func<ColumnRows> make, Func<int, ColumnRows, ValueTask> fillAsync, Action<ColumnRows> fold)
{
    // How long a worker keeps a thread of the pool: others wait for one, the server's requests among them.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, ColumnRows> _ready = [];
    private readonly Stack<ColumnRows> _idle = new();
    private int _claimed;
    private int _next;
    private bool _folding;
    private ExceptionDispatchInfo? _failure;

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = Math.Clamp(workers, 1, Math.Max(1, count));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Slices filled and not yet folded, of which each is some MB.
        using var window = new SemaphoreSlim(running * 4);
        try
        {
            if (running <= 1)
            {
                await WorkAsync(window, stop);
            }
            else
            {
                var tasks = new Task[running];
                for (var i = 0; i < running; i++)
                {
                    tasks[i] = Task.Run(() => WorkAsync(window, stop), CancellationToken.None);
                }

                await Task.WhenAll(tasks);
            }
        }
        finally
        {
            foreach (var rows in _idle.Concat(_ready.Values))
            {
                rows.Dispose();
            }
        }

        _failure?.Throw();
    }

    // Never throws: the first failure stops the others and is thrown once all have ended.
    private async Task WorkAsync(SemaphoreSlim window, CancellationTokenSource stop)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            while (true)
            {
                await window.WaitAsync(stop.Token);
                var slice = Interlocked.Increment(ref _claimed) - 1;
                if (slice >= count)
                {
                    window.Release();
                    return;
                }

                stop.Token.ThrowIfCancellationRequested();
                var rows = Take();
                await fillAsync(slice, rows);
                if (Fold(slice, rows) is var folded and > 0)
                {
                    window.Release(folded);
                }

                if (Stopwatch.GetElapsedTime(began) > Turn)
                {
                    await Task.Yield();
                    began = Stopwatch.GetTimestamp();
                }
            }
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
            await stop.CancelAsync();
        }
    }

    private ColumnRows Take()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var idle))
            {
                return idle;
            }
        }

        return make();
    }

    // Returns how many it folded, plus nothing for its own when it is not yet that one's turn.
    private int Fold(int slice, ColumnRows filled)
    {
        lock (_lock)
        {
            _ready.Add(slice, filled);
            if (_folding)
            {
                return 0;
            }

            _folding = true;
        }

        for (var folded = 0; ; folded++)
        {
            ColumnRows? rows;
            lock (_lock)
            {
                if (!_ready.Remove(_next, out rows))
                {
                    _folding = false;
                    return folded;
                }
            }

            fold(rows);
            rows.Clear();
            lock (_lock)
            {
                _next++;
                _idle.Push(rows);
            }
        }
    }
}
