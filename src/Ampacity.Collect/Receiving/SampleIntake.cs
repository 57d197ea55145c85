using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>What all receivers of one process share: limits, spellings that are known, buffers, and what senders say of their metrics.</summary>
/// <remarks>Any thread.</remarks>
public sealed class SampleIntake
{
    // One per request under way; the server bounds those.
    private readonly ConcurrentBag<ReceiveScratch> _scratch = [];

    // Numbers are the writer's own.
    private readonly ConditionalWeakTable<ISeriesWriter, KnownSeries> _known = [];

    /// <summary>An intake with the default limits.</summary>
    public SampleIntake()
        : this(new ReceiveLimits())
    {
    }

    /// <summary>An intake with limits.</summary>
    public SampleIntake(ReceiveLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        Limits = limits;
    }

    /// <summary>What a request may cost.</summary>
    public ReceiveLimits Limits { get; }

    /// <summary>Type, help and unit of the metrics that came in.</summary>
    public MetadataBook Metadata { get; } = new();

    /// <summary>Spellings whose series a writer knows, for a request: it holds the writer's lease from here on, until its scratch is returned.</summary>
    internal KnownSeries KnownOf(ISeriesWriter writer, ReceiveScratch scratch)
    {
        if (!_known.TryGetValue(writer, out var known))
        {
            known = _known.GetValue(writer, _ => new KnownSeries(Limits.MaxKnownSeries));
        }

        scratch.Columns.Lease = writer.Lease;
        known.Follow(scratch.Columns.Lease);
        return known;
    }

    internal ReceiveScratch Take() => _scratch.TryTake(out var scratch) ? scratch : new ReceiveScratch(Limits);

    internal void Return(ReceiveScratch scratch)
    {
        scratch.Clear();
        _scratch.Add(scratch);
    }
}

/// <summary>Buffers of one request under way. Used again and again; what one huge request took is let go.</summary>
internal sealed class ReceiveScratch(ReceiveLimits limits)
{
    private const int FirstBytes = 1 << 20;
    private const int KeepBytes = 8 << 20;
    private const int FirstText = 4096;

    public SampleColumns Columns { get; } = new();

    public NewSeries NewSeries { get; } = new(limits);

    /// <summary>Series of the request whose spelling is new.</summary>
    public List<NewSpelling> New { get; } = [];

    /// <summary>Symbols of a remote write 2.0 request.</summary>
    public SymbolTable Symbols { get; } = new();

    /// <summary>What a page of text says of its families.</summary>
    public List<FamilyLines> Families { get; } = [];

    /// <summary>Room for unescaped text.</summary>
    public byte[] Text { get; set; } = new byte[FirstText];

    public byte[] Decoded { get; private set; } = new byte[FirstBytes];

    /// <summary>A buffer of at least so many bytes.</summary>
    public byte[] Reserve(int bytes)
    {
        if (Decoded.Length < bytes)
        {
            Decoded = new byte[(int)Math.Min(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes), (uint)Array.MaxLength)];
        }

        return Decoded;
    }

    public void Clear()
    {
        Columns.Clear();
        NewSeries.Clear();
        Symbols.Clear();
        New.Clear();
        Families.Clear();
        Text = Text.Length > KeepBytes ? new byte[FirstText] : Text;
        if (New.Capacity > 65_536)
        {
            New.Capacity = 0;
        }

        if (Decoded.Length > KeepBytes)
        {
            Decoded = new byte[FirstBytes];
        }
    }
}

/// <summary>A series entry of a request whose spelling is not known yet.</summary>
/// <param name="Ordinal">Its place among the request's series, from 1.</param>
/// <param name="Offset">Where it begins in the request.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Key">Of its spelling, when it may be remembered.</param>
/// <param name="FromSample">Its first sample in the columns.</param>
/// <param name="ToSample">Behind its last.</param>
internal readonly record struct NewSpelling(int Ordinal, int Offset, int Length, SeriesKey? Key, int FromSample, int ToSample) : ISeriesPosition
{
    public string Text => $"series {Ordinal} of the request, at byte {Offset} after decompression";
}
