using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Samples of a few series on their way from the head into a block; copied under the head's lock, written without it. One thread.</summary>
internal sealed class SealSlice
{
    private readonly List<int> _ordinals = [];
    private readonly List<double> _values = [];
    private readonly List<SampleQuality> _qualities = [];
    private readonly List<long> _times = [];
    private readonly List<Part> _parts = [];

    /// <summary>Samples held.</summary>
    public int Samples => _values.Count;

    /// <summary>Runs of samples, those of a series one behind the other.</summary>
    public IReadOnlyList<Part> Parts => _parts;

    public void Clear()
    {
        _ordinals.Clear();
        _values.Clear();
        _qualities.Clear();
        _times.Clear();
        _parts.Clear();
    }

    /// <summary>Adds a sample to the part that is ended next.</summary>
    public void Add(int ordinal, double value, SampleQuality quality)
    {
        _ordinals.Add(ordinal);
        _values.Add(value);
        _qualities.Add(quality);
    }

    /// <summary>Adds times of polls; returns where they begin.</summary>
    public int AddTimes(ReadOnlySpan<long> times)
    {
        _times.AddRange(times);
        return _times.Count - times.Length;
    }

    /// <summary>Ends a part with the samples added since <paramref name="from"/>.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="group">The stamp group of its polls; 0 when they are its own.</param>
    /// <param name="polls">Polls that the group has, so that a part with all of them is told.</param>
    /// <param name="timesAt">Where the polls' times begin, or −1 when the group's are known.</param>
    /// <param name="from">The first sample.</param>
    public void EndPart(int series, int group, int polls, int timesAt, int from) =>
        _parts.Add(new Part(series, group, from, _values.Count - from, timesAt, polls));

    /// <summary>Which polls; empty when all.</summary>
    public ReadOnlySpan<int> OrdinalsOf(in Part part) =>
        part.Count == part.Polls ? default : CollectionsMarshal.AsSpan(_ordinals).Slice(part.From, part.Count);

    public ReadOnlySpan<double> ValuesOf(in Part part) => CollectionsMarshal.AsSpan(_values).Slice(part.From, part.Count);

    /// <summary>One each; empty when all are good.</summary>
    public ReadOnlySpan<SampleQuality> QualitiesOf(in Part part)
    {
        var qualities = CollectionsMarshal.AsSpan(_qualities).Slice(part.From, part.Count);
        return qualities.IndexOfAnyExcept(SampleQuality.Good) < 0 ? default : qualities;
    }

    public ReadOnlySpan<long> TimesOf(in Part part) => CollectionsMarshal.AsSpan(_times).Slice(part.TimesAt, part.Polls);

    /// <summary>Samples of a series at polls of one group.</summary>
    internal readonly record struct Part(int Series, int Group, int From, int Count, int TimesAt, int Polls);
}
