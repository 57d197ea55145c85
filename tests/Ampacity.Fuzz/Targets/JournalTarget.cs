using System.Buffers.Binary;
using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>
/// A journal's last segment: as it is, and then with every checksum made right, as somebody would who means it. The store reads it back, and
/// <c>ampacity journal</c> prints it.
/// </summary>
internal static class JournalTarget
{
    private static readonly string Folder = TemporaryFolder.Make("ampacity-fuzz-journal-");
    private static readonly string Segment = Path.Combine(JournalReader.FolderOf(Folder), JournalFormat.FileName(1));

    public static void Run(byte[] input)
    {
        Read(input);
        Read(Sealed(input));
    }

    private static void Read(byte[] segment)
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(JournalReader.FolderOf(Folder));
        File.WriteAllBytes(Segment, segment);
        try
        {
            JournalReader.WriteJsonLines(Segment, Stream.Null, CancellationToken.None);
        }
        catch (SeriesStoreException)
        {
            // It is no segment: the store says so too, or sets it aside.
        }

        try
        {
#pragma warning disable VSTHRD002 // The harness has nothing else to do.
            StoreOpening.ReadAsync(new SampleStoreOptions { Folder = Folder }, TimeProvider.System, new UndurableFiles(), CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        catch (NotSupportedException error)
        {
            // As SampleStore words it.
            throw new SeriesStoreException(error.Message, error);
        }
    }

    private static byte[] Sealed(byte[] input)
    {
        var bytes = input.ToArray();
        if (bytes.Length < JournalFormat.SegmentHeaderBytes)
        {
            return bytes;
        }

        var header = new SegmentHeader(
            1, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(24)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) == JournalFormat.PackedVersion, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)));
        JournalFormat.WriteSegmentHeader(bytes, header);
        for (var at = JournalFormat.SegmentHeaderBytes; bytes.Length - at >= JournalFormat.RecordHeaderBytes;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 16));
            var record = bytes.AsSpan(at, (int)Math.Min(bytes.Length - at, JournalFormat.RecordHeaderBytes + (long)length));
            JournalFormat.WriteRecordHeader(record, (JournalRecordKind)bytes[at + 12], header);
            at += record.Length;
        }

        return bytes;
    }
}
