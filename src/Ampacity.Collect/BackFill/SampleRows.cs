using System.Globalization;

namespace Ampacity.Collect;

/// <summary>Rows of a file of samples, one at a time. One thread at a time.</summary>
internal abstract class SampleRows : IAsyncDisposable
{
    /// <summary>Names of the columns.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Where the row stands, as people count: the line of a text file, else the number of the row, from 1.</summary>
    public abstract long Position { get; }

    /// <summary>What <see cref="Position"/> counts.</summary>
    public abstract string PositionName { get; }

    /// <summary>Steps to the next row.</summary>
    /// <exception cref="ReceiveRejectedException">The file is broken from here on.</exception>
    public abstract ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    /// <summary>A cell as text; empty when it holds nothing. Valid until the next step.</summary>
    public abstract ReadOnlySpan<char> Text(int column);

    /// <summary>A cell as a number; false when it is none.</summary>
    public virtual bool TryNumber(int column, out double value)
    {
        var text = Text(column);
        Span<byte> ascii = stackalloc byte[64];
        value = 0;
        return text.Length <= ascii.Length && System.Text.Ascii.FromUtf16(text, ascii, out var written) == System.Buffers.OperationStatus.Done
            && ExpositionNumber.TryParse(ascii[..written], out value);
    }

    /// <summary>A cell as a time; false when it is none.</summary>
    public virtual bool TryTime(int column, TimeUnit unit, out long timestampMs) => unit.TryParse(Text(column), out timestampMs);

    public abstract ValueTask DisposeAsync();
}

/// <summary>How times that are numbers are counted.</summary>
internal readonly record struct TimeUnit(double MillisecondsEach)
{
    // Sizes that stand for the years 1970 to 5138 in seconds, to 5138 in ms, and so on: what is over one is the next.
    private const double MostSeconds = 1e11;
    private const double MostMilliseconds = 1e14;
    private const double MostMicroseconds = 1e17;

    /// <summary>Null when the word is none.</summary>
    public static TimeUnit? Parse(string? word) => word switch
    {
        null or "" or "auto" => new TimeUnit(0),
        "s" => new TimeUnit(1000),
        "ms" => new TimeUnit(1),
        "us" => new TimeUnit(1e-3),
        "ns" => new TimeUnit(1e-6),
        _ => null,
    };

    /// <summary>Reads a whole or fractional number, or a date with time as ISO 8601 has it; without an offset it is UTC.</summary>
    public bool TryParse(ReadOnlySpan<char> text, out long timestampMs)
    {
        timestampMs = 0;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return TryConvert(whole, out timestampMs);
        }

        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            var scaled = number * Each(number);
            timestampMs = Math.Abs(scaled) < 1e15 ? (long)Math.Round(scaled) : 0;
            return Math.Abs(scaled) < 1e15;
        }

        if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowTrailingWhite, out var date))
        {
            timestampMs = date.ToUnixTimeMilliseconds();
            return true;
        }

        return false;
    }

    /// <summary>Whole numbers do not go through a double: nanoseconds have more digits than one holds.</summary>
    public bool TryConvert(long number, out long timestampMs)
    {
        var each = Each(number);
        timestampMs = each switch
        {
            1000 => Math.Abs((double)number) < 1e15 ? number * 1000 : long.MaxValue,
            1 => number,
            1e-3 => number / 1000,
            _ => number / 1_000_000,
        };
        return Math.Abs((double)timestampMs) < 1e15;
    }

    private double Each(double number) => MillisecondsEach > 0 ? MillisecondsEach
        : Math.Abs(number) switch { < MostSeconds => 1000, < MostMilliseconds => 1, < MostMicroseconds => 1e-3, _ => 1e-6 };
}
