using Ampacity.Collect;
using Ampacity.Samples;
using CsCheck;

namespace Ampacity.Tests.Collect;

public sealed class XorChunkTests
{
    private static readonly Gen<double> Value = Gen.Frequency(
        (4, Gen.Double), (2, Gen.Int[-1000, 1000].Select(number => number / 10.0)), (1, Gen.Const(StaleMarker.Value)), (1, Gen.Const(double.NaN)), (1, Gen.Const(1.0)));

    [Fact]
    public void What_is_written_bit_by_bit_is_read_to_the_bit() =>
        Gen.Select(Gen.Long[-5_000_000, 1_796_000_000_000], Gen.Select(Gen.OneOf(Gen.Long[1, 20_000], Gen.Long[1, 3_000_000], Gen.Const(15_000L)), Value).Array[0, 200])
            .Sample((begin, steps) =>
            {
                var written = new XorChunkWriter();
                var expected = new List<(long, long)>();
                var at = begin;
                foreach (var (step, value) in steps)
                {
                    at += step;
                    written.Add(at, value);
                    expected.Add((at, BitConverter.DoubleToInt64Bits(value)));
                }

                var read = new List<(long, long)>();
                for (var chunk = new XorChunk(written.ToArray()); chunk.MoveNext();)
                {
                    read.Add((chunk.TimestampMs, BitConverter.DoubleToInt64Bits(chunk.Value)));
                }

                Assert.Equal(expected, read);
            });

    [Fact]
    public void Bytes_that_are_no_chunk_end_in_the_one_error_that_is_meant_for_it() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            try
            {
                for (var chunk = new XorChunk(bytes); chunk.MoveNext();)
                {
                }
            }
            catch (WireFormatException)
            {
                // Said as it should be.
            }
        });
}
