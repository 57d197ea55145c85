using Ampacity.Collect;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Fuzz;

/// <summary>A decoder, and what it may do with bytes that nobody of ours wrote: read them, or refuse them in its documented way, within its memory.</summary>
/// <param name="Name">What it is called on the command line, and its folder of the corpora.</param>
/// <param name="Run">Decodes an input.</param>
/// <param name="Refusal">The exception that says no.</param>
/// <param name="MaxBytes">Most bytes that one input may make it allocate, whatever it claims.</param>
public sealed record FuzzTarget(string Name, Action<byte[]> Run, Type Refusal, long MaxBytes)
{
    private const long Mebi = 1 << 20;

    /// <summary>One for each decoder.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("snappy", ReceiverTargets.Snappy, typeof(ReceiveRejectedException), 16 * Mebi),
        new("remote-write-1", ReceiverTargets.RemoteWrite1, typeof(ReceiveRejectedException), 64 * Mebi),
        new("remote-write-2", ReceiverTargets.RemoteWrite2, typeof(ReceiveRejectedException), 64 * Mebi),
        new("exposition", ReceiverTargets.Exposition, typeof(ReceiveRejectedException), 64 * Mebi),
        new("otlp", ReceiverTargets.Otlp, typeof(ReceiveRejectedException), 64 * Mebi),

        // The table of series numbers alone may take 256 MiB.
        new("journal", JournalTarget.Run, typeof(SeriesStoreException), 600 * Mebi),
        new("block", BlockTarget.Run, typeof(SeriesStoreException), 128 * Mebi),
        new("promql", QueryTarget.Run, typeof(PromQLSyntaxException), 64 * Mebi),
    ];

    /// <summary>The target of a name, or null.</summary>
    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Runs an input; returns how it was refused, or that it was read.</summary>
    /// <exception cref="InvalidOperationException">It took more memory than it may, or was refused without a word. Any other exception is the decoder's bug too.</exception>
    public string Check(byte[] input)
    {
        var before = Allocated();
        var outcome = "read";
        try
        {
            Run(input);
        }
        catch (Exception refused) when (refused.GetType() == Refusal)
        {
            outcome = refused.Message.Length > 0 ? refused.Message : throw new InvalidOperationException($"{Name}: refused without a word", refused);
        }

        var took = Allocated() - before;
        return took <= MaxBytes
            ? outcome
            : throw new InvalidOperationException($"{Name}: an input of {input.Length} bytes made it allocate {took}, more than {MaxBytes}");
    }

    // An opening works on threads of its own; whatever else the process does then counts too.
    private long Allocated() => Name == "journal" ? GC.GetTotalAllocatedBytes() : GC.GetAllocatedBytesForCurrentThread();
}
