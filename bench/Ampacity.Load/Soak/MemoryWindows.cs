using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a process takes, over windows of equal length after a warm-up.</summary>
internal sealed class MemoryWindows
{
    private const int Windows = 6;

    private readonly List<(double Second, double Bytes)> _samples = [];

    public void Add(double second, double bytes) => _samples.Add((second, bytes));

    /// <summary>Length of a window, seconds.</summary>
    public static double Length(double fromSecond, double untilSecond) => (untilSecond - fromSecond) / Windows;

    /// <summary>Median of each window, megabytes.</summary>
    public IReadOnlyList<double> Medians(double fromSecond, double untilSecond)
    {
        var length = Length(fromSecond, untilSecond);
        return [.. Enumerable.Range(0, Windows).Select(window => Median(_samples
            .Where(sample => sample.Second >= fromSecond + (window * length) && sample.Second < fromSecond + ((window + 1) * length)).Select(sample => sample.Bytes / 1e6)))];
    }

    /// <summary>Bytes resident of a process, from the kernel.</summary>
    public static double Resident(int processId) => 1024 * double.Parse(
        File.ReadLines(FormattableString.Invariant($"/proc/{processId}/status")).First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Seconds of processor time of a process so far: fields 14 and 15 of its stat, in hundredths.</summary>
    public static double ProcessorSeconds(int processId)
    {
        var text = File.ReadAllText(FormattableString.Invariant($"/proc/{processId}/stat"));
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
