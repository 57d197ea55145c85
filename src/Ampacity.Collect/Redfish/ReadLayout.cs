using System.Collections.Concurrent;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>
/// What the bodies of one kind of BMC hold and mean, kept once for all BMCs of the kind: 17,750 trays name the same 50 sensors.
/// </summary>
/// <remarks>Any thread.</remarks>
internal sealed class ReadLayout(ValueMapper mapper)
{
    private readonly ConcurrentDictionary<string, int[]> _sequences = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Known?[] _known = new Known?[64];

    public MetricPropertyTable Properties { get; } = new();

    /// <summary>What a property means; another object when a body has said more or otherwise of it.</summary>
    public ValueMeaning MeaningOf(int property)
    {
        var facts = Properties.FactsOf(property);
        var known = Volatile.Read(ref _known);
        if (property < known.Length && Volatile.Read(ref known[property]) is { } one && ReferenceEquals(one.Facts, facts))
        {
            return one.Meaning;
        }

        var meaning = mapper.Map(Properties.NameOf(property), facts);
        lock (_gate)
        {
            if (property >= _known.Length)
            {
                var grown = new Known?[Math.Max(_known.Length * 2, property + 1)];
                _known.CopyTo(grown, 0);
                Volatile.Write(ref _known, grown);
            }

            Volatile.Write(ref _known[property], new Known(facts, meaning));
        }

        return meaning;
    }

    /// <summary>The properties that a read gave, as an array that all BMCs share whose read gave the same.</summary>
    public int[] Share(string uri, ReadOnlySpan<int> properties)
    {
        if (_sequences.TryGetValue(uri, out var known) && properties.SequenceEqual(known))
        {
            return known;
        }

        return _sequences[uri] = properties.ToArray();
    }

    private sealed record Known(PropertyFacts? Facts, ValueMeaning Meaning);
}

/// <summary>Layouts by what makes BMCs alike: profile, components, reads and firmware.</summary>
/// <remarks>Any thread; lives as long as a poller.</remarks>
internal sealed class ReadLayouts
{
    private readonly ConcurrentDictionary<Key, ReadLayout> _layouts = new();

    /// <summary>The layout for a BMC.</summary>
    public ReadLayout Of(BmcEndpoint endpoint)
    {
        var hash = default(HashCode);
        foreach (var (path, name) in endpoint.Components)
        {
            hash.Add(path, StringComparer.Ordinal);
            hash.Add(name, StringComparer.Ordinal);
        }

        foreach (var read in endpoint.Reads)
        {
            hash.Add(read.Uri, StringComparer.Ordinal);
        }

        return _layouts.GetOrAdd(
            new Key(endpoint.Profile.Id, endpoint.Firmware, endpoint.Components.Count, hash.ToHashCode()),
            _ => new ReadLayout(new ValueMapper(endpoint.Profile, endpoint.Components)));
    }

    private readonly record struct Key(string Profile, string Firmware, int Components, int Hash);
}
