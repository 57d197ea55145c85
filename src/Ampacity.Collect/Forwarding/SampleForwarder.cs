using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Sends samples on to another store by remote write (docs/design/0023-remote-write-out.md): what a writer acknowledges waits in files until the receiver
/// has acknowledged it too.
/// </summary>
/// <remarks>Any thread.</remarks>
public sealed class SampleForwarder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ForwardEncoder _encoder;
    private readonly ForwardQueue _queue;
    private readonly ForwardSender _sender;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;

    /// <summary>Opens the queue; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="target">Where to, and what.</param>
    /// <param name="folder">Folder of its queue, for it alone.</param>
    /// <param name="names">What series are called there.</param>
    /// <param name="version">The version of those answers now.</param>
    /// <param name="labelsOf">Labels of a series by its number, the same object as long as it is the same series.</param>
    /// <param name="describe">Type, help and unit of a metric by its name or its family's, which 2.0 sends along; null where nothing is known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what is refused or lost.</param>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    public SampleForwarder(
        ForwardTarget target, string folder, ForwardNames names, Func<long> version, Func<int, LabelSet> labelsOf, Func<string, MetricDescription?> describe, TimeProvider time,
        Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(target);
        (Target, _time, _log) = (target, time, log);
        _encoder = new ForwardEncoder(target, names, version, labelsOf);
        _queue = ForwardQueue.Open(folder, target.MaxQueueBytes);
        _sender = new ForwardSender(target, _queue, describe, time, log);
    }

    /// <summary>Where to, and what.</summary>
    public ForwardTarget Target { get; }

    /// <summary>What became of samples since start.</summary>
    public ForwardCounts Counts => _sender.Counts;

    /// <summary>Queues a batch that was acknowledged; when it returns, the samples survive the end of this process. What cannot be queued is counted and told.</summary>
    public void Add(in SampleBatch batch)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            _encoder.Encode(batch, (record, samples) =>
            {
                try
                {
                    _queue.Add(record, samples, nowMs);
                }
                catch (IOException error)
                {
                    _sender.CountDropped(samples);
                    _log($"{samples} samples cannot be queued for {Target.Name}: {error.Message}");
                }
            });
        }
    }

    /// <summary>Sends until it is cancelled, and brings the queue to the disk every second.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(EndingAsync(_sender.RunAsync), EndingAsync(FlushAsync));

        // One that fails ends the other, so that whoever runs this hears of it.
        async Task EndingAsync(Func<CancellationToken, Task> run)
        {
            try
            {
                await run(ending.Token);
            }
            finally
            {
                await ending.CancelAsync();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _sender.Dispose();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        while (await second.WaitForNextTickAsync(cancellationToken))
        {
            _queue.Flush();
        }
    }
}

/// <summary>A writer whose acknowledged samples are sent on.</summary>
/// <remarks>Any thread.</remarks>
public sealed class ForwardingWriter(ISeriesWriter inner, IReadOnlyList<SampleForwarder> forwarders) : ISeriesWriter
{
    /// <inheritdoc/>
    public SeriesLease Lease => inner.Lease;

    /// <inheritdoc/>
    public int Resolve(ReadOnlySpan<byte> canonicalLabels) => inner.Resolve(canonicalLabels);

    /// <inheritdoc/>
    public int TryResolve(ReadOnlySpan<byte> canonicalLabels) => inner.TryResolve(canonicalLabels);

    /// <inheritdoc/>
    /// <remarks>
    /// What the store holds as a duplicate is sent on again, for the sender may have repeated it because nothing was acknowledged. What it refuses as too
    /// old or too new is not told apart and goes too: the receiver decides by its own rules.
    /// </remarks>
    public async ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        var receipt = await inner.AppendAsync(batch, cancellationToken);
        if (receipt.Stored + receipt.Duplicates > 0)
        {
            foreach (var forwarder in forwarders)
            {
                forwarder.Add(batch);
            }
        }

        return receipt;
    }
}
