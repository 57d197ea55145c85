using Ampacity.Tsdb;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>The head's codec, on sixteen values of each of a thousand series; one operation is one value.</summary>
public class ValueCodecBenchmarks
{
    private const int Series = 1000;
    private const int Values = Series * ValueCodec.MaxValues;
    private const int Stride = ValueCodec.MaxBytes + ValueCodec.Slack;
    private readonly double[] _decoded = new double[ValueCodec.MaxValues];
    private readonly byte[] _output = new byte[Stride];
    private readonly byte[] _encoded = new byte[Series * Stride];
    private readonly double[] _values = new double[Values];

    /// <summary>What the values are like.</summary>
    [Params(ValueKind.Watts, ValueKind.Ratios, ValueKind.Counters, ValueKind.AnyBits)]
    public ValueKind Kind { get; set; }

    /// <summary>Makes the values, seeded, and their code.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20261130);
        var counter = 0L;
        for (var i = 0; i < _values.Length; i++)
        {
            counter += random.Next(6_000_000, 7_000_000);
            _values[i] = Kind switch
            {
                ValueKind.Watts => StoreSeries.WattsAt(i),
                ValueKind.Ratios => random.Next(0, 1_000_000) / 1e6,
                ValueKind.Counters => counter,
                _ => BitConverter.Int64BitsToDouble(random.NextInt64()),
            };
        }

        for (var series = 0; series < Series; series++)
        {
            ValueCodec.Encode(Of(series), _encoded.AsSpan(series * Stride));
        }
    }

    /// <summary>Values to bytes.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int Encode()
    {
        var bytes = 0;
        for (var series = 0; series < Series; series++)
        {
            bytes += ValueCodec.Encode(Of(series), _output);
        }

        return bytes;
    }

    /// <summary>Bytes to values.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public double Decode()
    {
        var last = 0.0;
        for (var series = 0; series < Series; series++)
        {
            ValueCodec.Decode(_encoded.AsSpan(series * Stride, Stride), _decoded);
            last = _decoded[^1];
        }

        return last;
    }

    private ReadOnlySpan<double> Of(int series) => _values.AsSpan(series * ValueCodec.MaxValues, ValueCodec.MaxValues);
}

/// <summary>What values are like.</summary>
public enum ValueKind
{
    /// <summary>Whole numbers within 256 of each other.</summary>
    Watts,

    /// <summary>Six decimals.</summary>
    Ratios,

    /// <summary>Whole numbers that grow by some millions.</summary>
    Counters,

    /// <summary>Any 64 bits: kept as they are.</summary>
    AnyBits,
}
