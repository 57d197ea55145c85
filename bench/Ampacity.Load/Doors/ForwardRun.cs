using System.Globalization;
using Ampacity.Collect;
using Ampacity.Samples;

namespace Ampacity.Load;

/// <summary>What sending samples on costs: first into the queue on the disk, as an append pays it, then out of it to a receiver that takes everything at once.</summary>
internal sealed class ForwardRun(DoorsOptions options)
{
    private const long BeginMs = 1_790_000_000_000;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var labels = Enumerable.Range(0, options.Series)
            .Select(number => SyntheticTelemetry.LabelsOf(number / SyntheticTelemetry.Metrics, number % SyntheticTelemetry.Metrics, 0)).ToArray();
        await using var receiver = new LoopbackHttp(
            System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 204 No Content\r\nX-Prometheus-Remote-Write-Samples-Written: {options.Batch}\r\n\r\n"));
        var target = new ForwardTarget
        {
            Name = "bench",
            Url = new Uri($"http://{receiver.Address}/api/v1/write"),
            Protocol = options.Protocol == 2 ? ForwardProtocol.V2 : ForwardProtocol.V1,
            MaxQueueBytes = 1L << 40,
            SamplesPerRequest = options.Batch,
        };
        using var forwarder = new SampleForwarder(
            target, options.Folder,
            (int number, long _, out long untilMs, out long version) =>
            {
                (untilMs, version) = (long.MaxValue, 1);
                return labels[number];
            },
            () => 1, number => labels[number], _ => null, TimeProvider.System, Console.Error.WriteLine);

        // The labels of each series are encoded once; a server pays that at its start.
        Add(forwarder, 0);
        var queueing = new CpuMeter();
        for (var round = 1; round <= options.Rounds; round++)
        {
            Add(forwarder, round);
        }

        var samples = (long)options.Series * options.Rounds;
        queueing.Say("queued", samples, string.Create(CultureInfo.InvariantCulture, $"{(double)forwarder.Counts.QueuedBytes / forwarder.Counts.QueuedSamples:0.0} bytes/sample on disk"));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = forwarder.Counts.QueuedSamples;
        var sending = new CpuMeter();
        var running = forwarder.RunAsync(ending.Token);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (forwarder.Counts.QueuedSamples > 0 && await look.WaitForNextTickAsync(cancellationToken))
        {
            if (running.IsCompleted)
            {
                await running;
            }
        }

        sending.Say("sent", waiting, string.Create(
            CultureInfo.InvariantCulture, $"{(double)receiver.BodyBytes / waiting:0.0} bytes/sample on the wire, {receiver.Requests} requests of {options.Protocol}.0, {forwarder.Counts.Refused} refused"));
        await ending.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return forwarder.Counts.FallBacks == 0 ? 0 : 1;
    }

    private void Add(SampleForwarder forwarder, int round)
    {
        var timestampMs = BeginMs + (round * 15_000L);
        for (var from = 0; from < options.Series; from += options.Batch)
        {
            var count = Math.Min(options.Batch, options.Series - from);
            var numbers = new int[count];
            var values = new double[count];
            for (var i = 0; i < count; i++)
            {
                (numbers[i], values[i]) = (from + i, 500 + ((from + i + round) % 700));
            }

            forwarder.Add(new SampleBatch(new[] { new Poll(timestampMs, count) }, numbers, values, default));
        }
    }
}
