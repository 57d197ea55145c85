using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests;

public sealed class ValueCodecTests
{
    private static readonly double[] Special =
    [
        0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 9007199254740992, -9007199254740991,
        StaleMarker.Value,
    ];

    private static readonly Gen<double> Reading = Gen.OneOf(
        Gen.Int[-5, 2000].Select(whole => (double)whole),
        Gen.Int[0, 1_000_000].Select(millionths => millionths / 1e6),
        Gen.Int[-400, 900].Select(tenths => tenths / 10.0),
        Gen.Long[0, 1L << 53].Select(counter => (double)counter),
        Gen.Int[0, 4000].Select(pages => pages * 2097152.0),
        Gen.Long.Select(BitConverter.Int64BitsToDouble),
        Gen.Int[0, Special.Length - 1].Select(i => Special[i]));

    // .ci/run runs the suite again with instructions switched off: a switch that .NET no longer knows would prove nothing.
    [Fact]
    public void Instructions_that_the_environment_switches_off_are_off()
    {
        Assert.False(IsOff("DOTNET_EnableAVX512") && System.Runtime.Intrinsics.X86.Avx512F.IsSupported);
        Assert.False(IsOff("DOTNET_EnableHWIntrinsic") && (System.Runtime.Intrinsics.X86.Avx2.IsSupported || System.Runtime.Intrinsics.X86.Sse42.IsSupported));
        static bool IsOff(string name) => Environment.GetEnvironmentVariable(name) == "0";
    }

    [Fact]
    public void What_is_encoded_comes_back_to_the_bit()
    {
        var columns = Gen.OneOf(
            Reading.Array[1, ValueCodec.MaxValues],
            Gen.Select(Reading, Gen.Int[1, ValueCodec.MaxValues]).Select((value, count) => Enumerable.Repeat(value, count).ToArray()),
            Gen.Select(Gen.Long[0, 1L << 50], Gen.Int[0, 1 << 20].Array[1, ValueCodec.MaxValues]).Select(Counter));
        columns.Sample(values => RoundTrip(values) <= ValueCodec.MaxBytes, iter: 20_000);
    }

    [Fact]
    public void Sensor_values_take_the_bits_that_they_need()
    {
        // Form, width and 700 in two bytes; 16 differences of 8 bits; a half-degree; quarters of two decimals.
        Assert.Equal(4, RoundTrip([.. Enumerable.Repeat(700.0, 16)]));
        Assert.Equal(4 + 16, RoundTrip([700, 731, 702, 790, 811, 640, 655, 700, 701, 702, 703, 704, 705, 706, 707, 895]));
        Assert.Equal(4, RoundTrip([27.5]));
        Assert.Equal(1 + 1 + 1 + 1, RoundTrip([0.25, 0.5, 0.75, 1]));
    }

    [Fact]
    public void A_counter_takes_the_bits_of_its_steps()
    {
        var values = Counter(123_456_789_012, [.. Enumerable.Range(0, 16).Select(i => 7_000_000 + (i * 37 % 256))]);

        // form, width, first (6 bytes), least step (4 bytes), 15 steps of 8 bits.
        Assert.Equal(1 + 1 + 6 + 4 + 15, RoundTrip(values));
    }

    [Fact]
    public void Encoding_and_decoding_allocate_nothing()
    {
        double[] values = [.. Enumerable.Range(0, ValueCodec.MaxValues).Select(i => 650.0 + (i % 5))];
        var output = new byte[ValueCodec.MaxBytes + ValueCodec.Slack];
        ValueCodec.Decode(output.AsSpan(0, ValueCodec.Encode(values, output) + ValueCodec.Slack), values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ValueCodec.Decode(output.AsSpan(0, ValueCodec.Encode(values, output) + ValueCodec.Slack), values);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double[] Counter(long first, int[] steps)
    {
        var sum = first;
        return [.. steps.Select(step => (double)(sum += step))];
    }

    private static int RoundTrip(double[] values)
    {
        var output = new byte[ValueCodec.MaxBytes + ValueCodec.Slack];
        var bytes = ValueCodec.Encode(values, output.AsSpan(0, ValueCodec.MaxBytes));

        // What lies behind must not matter.
        output.AsSpan(bytes).Fill(0xa5);
        var back = new double[values.Length];
        ValueCodec.Decode(output.AsSpan(0, bytes + ValueCodec.Slack), back);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), back.Select(BitConverter.DoubleToInt64Bits));
        return bytes;
    }
}
