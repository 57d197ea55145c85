using Ampacity.Tsdb;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>From labels in their canonical form to the number of the series; one operation is one series.</summary>
public class SeriesLookupBenchmarks
{
    private const int Asked = 10_000;
    private readonly SeriesTable _table = new();
    private readonly ByteTable _strings = new();
    private byte[][] _asked = [];

    /// <summary>How many series the table has.</summary>
    [Params(StoreSize.Hall, StoreSize.TenHalls)]
    public StoreSize Size { get; set; }

    /// <summary>Fills the table, and takes labels from all over it.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var count = StoreSeries.CountOf(Size);
        for (var series = 0; series < count; series++)
        {
            _table.Resolve(StoreSeries.LabelsOf(Size, series), count);
        }

        _asked = [.. Enumerable.Range(0, Asked).Select(i => StoreSeries.LabelsOf(Size, (int)(i * 7919L % count)))];
    }

    /// <summary>The seeded hash alone.</summary>
    [Benchmark(OperationsPerInvoke = Asked)]
    public ulong Hash()
    {
        var sum = 0UL;
        foreach (var labels in _asked)
        {
            sum ^= _strings.Hash(labels);
        }

        return sum;
    }

    /// <summary>Hash, table and a compare of all bytes.</summary>
    [Benchmark(OperationsPerInvoke = Asked)]
    public long Find()
    {
        var sum = 0L;
        foreach (var labels in _asked)
        {
            sum += _table.TryResolve(labels, int.MaxValue);
        }

        return sum;
    }
}
