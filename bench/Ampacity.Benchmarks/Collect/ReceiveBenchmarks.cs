using Ampacity.Collect;
using Ampacity.Samples;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>
/// What a sample of a known series costs from the bytes of its request to the columns that the store is given: one operation is one
/// sample. Allocation is none: what a request allocates is a few hundred bytes, whatever it holds.
/// </summary>
public class ReceiveBenchmarks
{
    private readonly CountingWriter _writer = new();
    private RemoteWriteReceiver _remoteWrite = null!;
    private ExpositionReceiver _exposition = null!;
    private OtlpReceiver _otlp = null!;
    private byte[][] _first = [];
    private byte[][] _second = [];
    private byte[][] _text = [];
    private byte[][] _metrics = [];

    [GlobalSetup]
    public void Setup()
    {
        var intake = new SampleIntake();
        (_remoteWrite, _exposition, _otlp) = (new RemoteWriteReceiver(intake), new ExpositionReceiver(intake), new OtlpReceiver(intake));
        (_first, _second, _text, _metrics) = (FleetTick.RemoteWrite1(), FleetTick.RemoteWrite2(), FleetTick.Text(), FleetTick.Otlp());

        // Every series once, so that all are known.
        _ = Remote_write_1() + Remote_write_2() + Text_exposition() + Otlp();
    }

    [Benchmark(OperationsPerInvoke = FleetTick.Samples)]
    public int Remote_write_1() => Receive(_first, body => _remoteWrite.ReceiveAsync(RemoteWriteVersion.V1, body, _writer, CancellationToken.None));

    [Benchmark(OperationsPerInvoke = FleetTick.Samples)]
    public int Remote_write_2() => Receive(_second, body => _remoteWrite.ReceiveAsync(RemoteWriteVersion.V2, body, _writer, CancellationToken.None));

    [Benchmark(OperationsPerInvoke = FleetTick.Samples)]
    public int Text_exposition()
    {
        var options = new ExpositionOptions(FleetTick.TimestampMs);
        return Receive(_text, body => _exposition.ReceiveAsync(body, options, _writer, CancellationToken.None));
    }

    [Benchmark(OperationsPerInvoke = FleetTick.Samples)]
    public int Otlp() => Receive(_metrics, body => _otlp.ReceiveAsync(body, _writer, CancellationToken.None));

    private static int Receive(byte[][] bodies, Func<byte[], ValueTask<ReceiveResult>> receive)
    {
        var stored = 0;
        foreach (var body in bodies)
        {
            var receiving = receive(body);
            if (!receiving.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("Bug: a writer that completes at once did not");
            }

#pragma warning disable VSTHRD002 // It is completed: the line above says so, and awaiting would be measured too.
            stored += receiving.GetAwaiter().GetResult().Receipt.Stored;
#pragma warning restore VSTHRD002
        }

        return stored;
    }

    private sealed class CountingWriter : ISeriesWriter
    {
        private readonly Dictionary<LabelSet, int> _series = [];

        public int Resolve(ReadOnlySpan<byte> canonicalLabels)
        {
            var labels = LabelSet.FromCanonical(canonicalLabels);
            if (!_series.TryGetValue(labels, out var number))
            {
                number = _series.Count;
                _series.Add(labels, number);
            }

            return number;
        }

        public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0));
    }
}
