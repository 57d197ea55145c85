using Ampacity.Collect;

namespace Ampacity.Fuzz;

/// <summary>What comes in by HTTP. Each input meets receivers that know nothing yet, and then once more those that know its series.</summary>
internal static class ReceiverTargets
{
    private const long TimestampMs = 1_767_225_600_000;

    public static void Snappy(byte[] input) => SnappyBlock.Decompress(input, new ReceiveScratch(new ReceiveLimits()), new ReceiveLimits());

    public static void RemoteWrite1(byte[] input) => RemoteWrite(input, RemoteWriteVersion.V1);

    public static void RemoteWrite2(byte[] input) => RemoteWrite(input, RemoteWriteVersion.V2);

    public static void Exposition(byte[] input)
    {
        foreach (var format in new[] { ExpositionFormat.Text, ExpositionFormat.OpenMetrics, ExpositionFormat.Any })
        {
            var options = new ExpositionOptions(TimestampMs) { Format = format, ExtraLabels = [("job", "fuzz")], Conflict = LabelConflict.Export };
            var (receiver, writer) = (new ExpositionReceiver(new SampleIntake()), new CheckingWriter());
            try
            {
                Twice(() => receiver.ReceiveAsync(input, options, writer, CancellationToken.None));
            }
            catch (ReceiveRejectedException) when (format is not ExpositionFormat.Any)
            {
                // The others may still read it.
            }
        }
    }

    public static void Otlp(byte[] input)
    {
        var (receiver, writer) = (new OtlpReceiver(new SampleIntake()), new CheckingWriter());
        Twice(() => receiver.ReceiveAsync(input, writer, CancellationToken.None));
    }

    // The body is made here, or hardly an input would get past Snappy.
    private static void RemoteWrite(byte[] input, RemoteWriteVersion version)
    {
        var body = Snappier.Snappy.CompressToArray(input);
        var (receiver, writer) = (new RemoteWriteReceiver(new SampleIntake()), new CheckingWriter());
        Twice(() => receiver.ReceiveAsync(version, body, writer, CancellationToken.None));
    }

    private static void Twice(Func<ValueTask<ReceiveResult>> receive)
    {
        for (var i = 0; i < 2; i++)
        {
            var receiving = receive();
#pragma warning disable VSTHRD002 // The writer completes at once, so the receiver has too.
            receiving.AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
    }
}
