using System.Globalization;

namespace Ampacity.Cli;

/// <summary>CSV (RFC 4180) as <c>--csv</c> prints it: a line of headings, values with a point, times in UTC.</summary>
internal static class CsvText
{
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>One line, without its end.</summary>
    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell));

    /// <summary>A number to its last digit.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An instant; milliseconds where there are any.</summary>
    public static string Time(long atMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString(atMs % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.AsSpan().IndexOfAny(Quoted) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
