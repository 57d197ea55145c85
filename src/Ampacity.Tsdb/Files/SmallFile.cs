namespace Ampacity.Tsdb;

/// <summary>A file of a few bytes that is replaced whole: over a crash it is the old one or the new one.</summary>
internal static class SmallFile
{
    /// <summary>Puts the file in place, durably.</summary>
    public static void Replace(IStoreFiles files, string path, ReadOnlySpan<byte> bytes)
    {
        var unfinished = path + SegmentRewrite.UnfinishedSuffix;
        files.Delete(unfinished);
        using (var file = files.Create(unfinished, bytes.Length))
        {
            file.Write(bytes, 0);
            file.Flush();
        }

        files.Move(unfinished, path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
