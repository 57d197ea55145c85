using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>
/// Doubles as integers and back: value = integer ÷ 10^e, to the bit. Sensors send decimals with few digits, and integers of few bits compress
/// where the bits of a double do not (1.05 against 7 bytes a sample on the bench's ratio with six decimals).
/// </summary>
/// <remarks>
/// A value fits an exponent when the double nearest to integer ÷ 10^e has the same 64 bits, so that anybody who divides gets it back. NaN,
/// stale markers, infinities and −0 fit none. Plain <see cref="Vector{T}"/>: the same results with and without AVX-512.
/// </remarks>
internal static class DecimalScale
{
    /// <summary>Stands for a value that does not fit; itself never a scaled value.</summary>
    public const long Misfit = long.MinValue;

    /// <summary>Largest exponent tried. Chosen: a double has 15 decimal digits, and no exporter seen writes more than 9 decimals of a ratio.</summary>
    public const int MaxExponent = 12;

    /// <summary>
    /// Added to an integer that is kept in a DOUBLE: 1.5 × 2^52. The double's low bits then are the integer's, so its bytes split as well as
    /// those of an INT64, for which DuckDB 1.5 does not read byte stream split; and subtracting it is exact.
    /// </summary>
    public const double Bias = 6755399441055744;

    /// <summary>Integers from minus this to below this can be biased: 2^51.</summary>
    public const long BiasedLimit = 1L << 51;

    // The bits of Bias.
    private const long BiasBits = 0x4338_0000_0000_0000;

    private const int Probes = 32;
    private const int Tries = 3;

    private static readonly double[] Divisors = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>10^exponent.</summary>
    public static double DivisorOf(int exponent) => Divisors[exponent];

    /// <summary>The exponent of a divisor, or −1 when it is none of ours.</summary>
    public static int ExponentOf(double divisor) => Array.IndexOf(Divisors, divisor);

    /// <summary>Scales a series by the smallest exponent that fits (nearly) all of it.</summary>
    /// <param name="values">The series' values in any order.</param>
    /// <param name="scaled">As long; <see cref="Misfit"/> where a value does not fit.</param>
    /// <param name="misfits">How many do not.</param>
    /// <returns>The exponent; 0 when nothing fits.</returns>
    public static int Scale(ReadOnlySpan<double> values, Span<long> scaled, out int misfits)
    {
        var exponent = Guess(values);
        misfits = Scale(values, Divisors[exponent], scaled);

        // The probes may have missed the values with more digits. More than one in 64 is worth another pass.
        for (var tries = 1; tries < Tries && misfits > values.Length / 64; tries++)
        {
            var higher = HigherFor(values, scaled, exponent);
            if (higher < 0)
            {
                break;
            }

            exponent = higher;
            misfits = Scale(values, Divisors[exponent], scaled);
        }

        return exponent;
    }

    /// <summary>Scales by a given divisor and returns how many values do not fit.</summary>
    public static int Scale(ReadOnlySpan<double> values, double divisor, Span<long> scaled)
    {
        var (i, misfits) = (0, 0);
        if (Vector.IsHardwareAccelerated)
        {
            var by = new Vector<double>(divisor);
            var none = new Vector<long>(Misfit);
            var fitting = Vector<long>.Zero;
            for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var value = new Vector<double>(values[i..]);
                var whole = Vector.ConvertToInt64(Vector.Round(value * by));
                var back = Vector.ConvertToDouble(whole) / by;
                var fits = Vector.Equals(Vector.AsVectorInt64(value), Vector.AsVectorInt64(back)) & ~Vector.Equals(whole, none);
                Vector.ConditionalSelect(fits, whole, none).CopyTo(scaled[i..]);
                fitting -= fits;
            }

            misfits = i - (int)Vector.Sum(fitting);
        }

        for (; i < values.Length; i++)
        {
            scaled[i] = ScaleOne(values[i], divisor);
            misfits += scaled[i] == Misfit ? 1 : 0;
        }

        return misfits;
    }

    /// <summary>The doubles again.</summary>
    public static void Unscale(ReadOnlySpan<long> scaled, double divisor, Span<double> values)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var by = new Vector<double>(divisor);
            for (; i <= scaled.Length - Vector<long>.Count; i += Vector<long>.Count)
            {
                (Vector.ConvertToDouble(new Vector<long>(scaled[i..])) / by).CopyTo(values[i..]);
            }
        }

        for (; i < scaled.Length; i++)
        {
            values[i] = scaled[i] / divisor;
        }
    }

    /// <summary>Turns integers below <see cref="BiasedLimit"/> in place into the bits of biased doubles.</summary>
    public static void ToBiased(Span<long> scaled)
    {
        var i = 0;
        for (var bias = new Vector<long>(BiasBits); i <= scaled.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            (new Vector<long>(scaled[i..]) + bias).CopyTo(scaled[i..]);
        }

        for (; i < scaled.Length; i++)
        {
            scaled[i] += BiasBits;
        }
    }

    /// <summary>The values again, from the bits of biased doubles.</summary>
    public static void UnscaleBiased(ReadOnlySpan<long> biased, double divisor, Span<double> values)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var (by, bias) = (new Vector<double>(divisor), new Vector<double>(Bias));
            for (; i <= biased.Length - Vector<long>.Count; i += Vector<long>.Count)
            {
                ((Vector.AsVectorDouble(new Vector<long>(biased[i..])) - bias) / by).CopyTo(values[i..]);
            }
        }

        for (; i < biased.Length; i++)
        {
            values[i] = (BitConverter.Int64BitsToDouble(biased[i]) - Bias) / divisor;
        }
    }

    /// <summary>Whether all integers can be biased.</summary>
    public static bool FitBias(ReadOnlySpan<long> scaled)
    {
        var i = 0;
        var outside = Vector<long>.Zero;
        var (low, high) = (new Vector<long>(-BiasedLimit), new Vector<long>(BiasedLimit - 1));
        for (; i <= scaled.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            var value = new Vector<long>(scaled[i..]);
            outside |= Vector.LessThan(value, low) | Vector.GreaterThan(value, high);
        }

        var fit = outside == Vector<long>.Zero;
        for (; i < scaled.Length; i++)
        {
            fit &= scaled[i] is >= -BiasedLimit and < BiasedLimit;
        }

        return fit;
    }

    private static long ScaleOne(double value, double divisor)
    {
        var whole = Math.Round(value * divisor);
        if (!(Math.Abs(whole) <= long.MaxValue))
        {
            return Misfit;
        }

        // 2^63 saturates to the largest integer, which divides back to the same double.
        var integer = whole >= long.MaxValue ? long.MaxValue : (long)whole;
        return BitConverter.DoubleToInt64Bits(integer / divisor) == BitConverter.DoubleToInt64Bits(value) ? integer : Misfit;
    }

    private static int Guess(ReadOnlySpan<double> values)
    {
        var (exponent, step) = (0, Math.Max(1, values.Length / Probes));
        for (var i = 0; i < values.Length; i += step)
        {
            exponent = Math.Max(exponent, ExponentFor(values[i], exponent));
        }

        return exponent;
    }

    // The first few misfits that another exponent would fit decide.
    private static int HigherFor(ReadOnlySpan<double> values, ReadOnlySpan<long> scaled, int exponent)
    {
        var (higher, seen) = (-1, 0);
        for (var i = 0; i < values.Length && seen < Probes; i++)
        {
            if (scaled[i] == Misfit && double.IsFinite(values[i]))
            {
                higher = Math.Max(higher, ExponentFor(values[i], exponent + 1));
                seen++;
            }
        }

        return higher;
    }

    private static int ExponentFor(double value, int from)
    {
        for (var exponent = from; exponent <= MaxExponent; exponent++)
        {
            if (ScaleOne(value, Divisors[exponent]) != Misfit)
            {
                return exponent;
            }
        }

        return -1;
    }
}
