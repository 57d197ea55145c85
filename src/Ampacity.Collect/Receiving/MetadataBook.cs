using System.Collections.Concurrent;
using System.Text;

namespace Ampacity.Collect;

/// <summary>What kind of metric a family is, as Prometheus counts them (prometheus.MetricMetadata.MetricType).</summary>
public enum MetricKind
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>Only grows, or begins again at zero.</summary>
    Counter = 1,

    /// <summary>Goes up and down.</summary>
    Gauge = 2,

    /// <summary>Classic buckets, or a native histogram.</summary>
    Histogram = 3,

    /// <summary>A histogram whose buckets go up and down.</summary>
    GaugeHistogram = 4,

    /// <summary>Quantiles, count and sum.</summary>
    Summary = 5,

    /// <summary>Its labels are the content; its value is 1.</summary>
    Info = 6,

    /// <summary>A series per state, 0 or 1.</summary>
    StateSet = 7,
}

/// <summary>What a sender says of a metric family.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Help">A sentence for people, at most <see cref="MetadataBook.MaxHelpBytes"/>.</param>
/// <param name="Unit">The unit, often empty.</param>
public sealed record MetricDescription(MetricKind Kind, string Help, string Unit)
{
    /// <summary>The kind as Prometheus writes it: <c>counter</c>, <c>unknown</c>.</summary>
    public string KindName => Kind.ToString().ToLowerInvariant();

    internal SeriesKey Key { get; init; }
}

/// <summary>
/// Type, help and unit of raw metric families as senders said last. In memory only: senders repeat it, Prometheus every minute.
/// </summary>
/// <remarks>Any thread. What is known already costs a hash and no allocation.</remarks>
public sealed class MetadataBook
{
    /// <summary>Most families; 20,000, about ten times what a Kubernetes site has (guessed). Later ones are dropped and counted.</summary>
    public const int MaxFamilies = 20_000;

    /// <summary>Most bytes of a help text; the rest is cut. 1,024: the longest of node_exporter has 400.</summary>
    public const int MaxHelpBytes = 1024;

    /// <summary>Most bytes of a unit; a longer one is dropped.</summary>
    public const int MaxUnitBytes = 64;

    private const int MaxNameBytes = 512;

    private readonly ConcurrentDictionary<string, MetricDescription> _families = new(StringComparer.Ordinal);
    private long _dropped;

    /// <summary>Families known, by name of the metric.</summary>
    public IReadOnlyCollection<KeyValuePair<string, MetricDescription>> Families => _families;

    /// <summary>Entries dropped since the start: over a limit, without a name, or not UTF-8.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>What is known of one family, or null.</summary>
    public MetricDescription? Find(string name) => _families.GetValueOrDefault(name);

    /// <summary>Notes what a sender says of a family; UTF-8 bytes.</summary>
    public void Note(ReadOnlySpan<byte> name, MetricKind kind, ReadOnlySpan<byte> help, ReadOnlySpan<byte> unit)
    {
        help = Cut(help);
        Span<char> characters = stackalloc char[MaxNameBytes];
        if (name.IsEmpty || name.Length > MaxNameBytes || unit.Length > MaxUnitBytes || !TryDecode(name, ref characters)
            || !System.Text.Unicode.Utf8.IsValid(help) || !System.Text.Unicode.Utf8.IsValid(unit))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var key = SeriesKey.Of([SeriesKey.Of(help), SeriesKey.Of(unit), new SeriesKey((ulong)kind, 0)]);
        var known = _families.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(characters, out var description))
        {
            if (description.Key == key)
            {
                return;
            }
        }
        else if (_families.Count >= MaxFamilies)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        _families[new string(characters)] = new MetricDescription(kind, Encoding.UTF8.GetString(help), Encoding.UTF8.GetString(unit)) { Key = key };
    }

    private static bool TryDecode(ReadOnlySpan<byte> name, ref Span<char> characters)
    {
        var ok = System.Text.Unicode.Utf8.ToUtf16(name, characters, out _, out var written, replaceInvalidSequences: false)
            == System.Buffers.OperationStatus.Done;
        characters = characters[..written];
        return ok;
    }

    // Never in the middle of a character: bytes 10xxxxxx continue one.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> help)
    {
        if (help.Length <= MaxHelpBytes)
        {
            return help;
        }

        var end = MaxHelpBytes;
        while (end > 0 && (help[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return help[..end];
    }
}
