using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Ampacity.Load;

/// <summary>The journal's folder of a data folder, looked at from outside: packed segments, and what a kill left of a packing (docs/formats/journal.md).</summary>
/// <param name="Packed">Segments that stand for others.</param>
/// <param name="Unfinished">Files of packed segments that are not renamed yet.</param>
/// <param name="StoodFor">Segments that a packed one stands for and that are still there.</param>
internal readonly record struct JournalFolder(int Packed, int Unfinished, int StoodFor)
{
    private const string UnfinishedPattern = "*.journal.tmp";

    /// <summary>Whether a packing was not at its end.</summary>
    public bool IsInPacking => Unfinished > 0 || StoodFor > 0;

    /// <summary>What is there now.</summary>
    public static JournalFolder Look(string dataFolder)
    {
        var folder = PathOf(dataFolder);
        if (!Directory.Exists(folder))
        {
            return default;
        }

        var segments = Directory.EnumerateFiles(folder, "*.journal").Select(path => (Ordinal: OrdinalOf(path), Replaces: ReplacesOf(path))).ToArray();
        return new JournalFolder(
            segments.Count(segment => segment.Replaces > 0),
            Directory.EnumerateFiles(folder, UnfinishedPattern).Count(),
            segments.Count(one => Array.Exists(segments, other => one.Ordinal < other.Ordinal && one.Ordinal >= other.Ordinal - other.Replaces)));
    }

    /// <summary>Waits until so many packings have begun from now on, or have renamed their file and are about to delete, and no longer than the patience.</summary>
    public static async Task PackingAsync(string dataFolder, int count, bool isRenamed, TimeSpan patience)
    {
        using var watcher = new FileSystemWatcher(PathOf(dataFolder), UnfinishedPattern) { NotifyFilter = NotifyFilters.FileName };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = count;
        void Count()
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                begun.TrySetResult();
            }
        }

        if (isRenamed)
        {
            watcher.Renamed += (_, _) => Count();
        }
        else
        {
            watcher.Created += (_, _) => Count();
        }

        watcher.EnableRaisingEvents = true;
        await Task.WhenAny(begun.Task, Task.Delay(patience));
    }

    /// <summary>Waits for less than the timers of the machine can.</summary>
    public static void Spin(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            Thread.SpinWait(50);
        }
    }

    private static string PathOf(string dataFolder) => Path.Combine(dataFolder, "samples", "journal");

    private static long OrdinalOf(string path) => long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);

    // Version and count of a whole header; 0 of a file that is shorter, or of version 1.
    private static int ReplacesOf(string path)
    {
        Span<byte> head = stackalloc byte[16];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && BinaryPrimitives.ReadInt32LittleEndian(head[8..]) == 2
            ? BinaryPrimitives.ReadInt32LittleEndian(head[12..])
            : 0;
    }
}
