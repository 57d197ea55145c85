using System.Diagnostics;
using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a stretch of work cost: CPU time of this process by the kernel, and time by the clock.</summary>
internal sealed class CpuMeter
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Says it for a number of samples.</summary>
    public void Say(string what, long samples, string more)
    {
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - _cpu).TotalSeconds;
        var wall = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-10} {samples,12} samples  {cpu / samples * 1e6,7:0.000} CPU-s/M  {samples / cpu / 1e6,6:0.00} M/CPU-s  {samples / wall / 1e6,6:0.00} M/s  {more}"));
    }
}
