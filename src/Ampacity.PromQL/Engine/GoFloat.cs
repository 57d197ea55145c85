using System.Globalization;

namespace Ampacity.PromQL;

/// <summary>Numbers as Go's strconv writes them with the fewest digits that read back as the same number.</summary>
public static class GoFloat
{
    /// <summary>As Prometheus' API writes values: with an exponent below 1e-6 and from 1e21 on.</summary>
    public static string FormatCompact(double value)
    {
        if (!double.IsFinite(value) || value == 0 || Math.Abs(value) is >= 1e-6 and < 1e21)
        {
            return Format(value);
        }

        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        return exponentAt < 0
            ? throw new InvalidOperationException($"Bug: {shortest} is written without an exponent")
            : shortest[..exponentAt] + "e" + shortest[exponentAt + 1] + shortest[(exponentAt + 2)..].TrimStart('0');
    }

    /// <summary>Without exponent, whatever the length; NaN, +Inf, -Inf. As labels made of values have it.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        if (exponentAt < 0)
        {
            return shortest;
        }

        var negative = shortest[0] == '-';
        var mantissa = shortest[(negative ? 1 : 0)..exponentAt];
        var exponent = int.Parse(shortest.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var whole = (point < 0 ? mantissa.Length : point) + exponent;
        var plain = whole <= 0 ? "0." + new string('0', -whole) + digits
            : whole >= digits.Length ? digits + new string('0', whole - digits.Length)
            : digits[..whole] + "." + digits[whole..];
        return negative ? "-" + plain : plain;
    }
}
