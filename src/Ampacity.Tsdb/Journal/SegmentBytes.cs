namespace Ampacity.Tsdb;

/// <summary>Reads a whole segment for an opening: all of it, or an error. Bytes that the disk withholds must never look like a torn tail, which would be cut.</summary>
internal static class SegmentBytes
{
    /// <summary>Reads a segment into a buffer, or into a larger one where it does not fit.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="path">The segment.</param>
    /// <param name="buffer">Used before, or empty.</param>
    /// <exception cref="IOException">The disk refuses, gives less than the file's length, or the file is too large; says what to do.</exception>
    public static ArraySegment<byte> Read(IStoreFiles files, string path, byte[] buffer)
    {
        var read = 0;
        long length;
        try
        {
            using var file = files.OpenRead(path);
            length = file.Length;
            if (length <= Array.MaxLength)
            {
                // An eighth more than asked, since segments end with the record that fills them and so differ by some.
                buffer = length <= buffer.Length ? buffer : GC.AllocateUninitializedArray<byte>((int)Math.Min(length + (length >> 3), Array.MaxLength));
                for (int more; read < length && (more = file.Read(buffer.AsSpan(read, (int)length - read), read)) > 0;)
                {
                    read += more;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, read, error);
        }

        if (length > Array.MaxLength)
        {
            throw new IOException($"journal segment {path} has {length} bytes, more than a segment can have; move it away, its samples are lost");
        }

        return read == length ? new ArraySegment<byte>(buffer, 0, read) : throw Withheld(path, read, length);
    }

    /// <summary>Opens a segment to be read in parts by <see cref="ReadAt"/>.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static IStoreReader Open(IStoreFiles files, string path, out long length)
    {
        IStoreReader? file = null;
        try
        {
            file = files.OpenRead(path);
            length = file.Length;
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Refused(path, 0, error);
        }
    }

    /// <summary>Reads a part of a segment: all of it, or an error.</summary>
    /// <exception cref="IOException">The disk refuses, or gives less than is asked; says what to do.</exception>
    public static void ReadAt(IStoreReader file, string path, Span<byte> part, long at)
    {
        var read = 0;
        try
        {
            for (int more; read < part.Length && (more = file.Read(part[read..], at + read)) > 0;)
            {
                read += more;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, at + read, error);
        }

        if (read < part.Length)
        {
            throw Withheld(path, at + read, at + part.Length);
        }
    }

    /// <summary>Reads the first bytes of a segment; returns how many, which are fewer than asked only when the file has no more.</summary>
    /// <exception cref="IOException">The disk refuses, or gives less than the file's length.</exception>
    public static int ReadHead(IStoreFiles files, string path, Span<byte> head)
    {
        var read = 0;
        try
        {
            using var file = files.OpenRead(path);
            var length = (int)Math.Min(head.Length, file.Length);
            for (int more; read < length && (more = file.Read(head[read..length], read)) > 0;)
            {
                read += more;
            }

            return read == length ? read : throw Withheld(path, read, file.Length);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not SegmentReadException))
        {
            throw Refused(path, read, error);
        }
    }

    private static SegmentReadException Refused(string path, long read, Exception error) => new(
        $"journal segment {path} cannot be read from byte {read} on: {error.Message}; nothing of it was changed: check the disk, copy the folder to a good one", error);

    private static SegmentReadException Withheld(string path, long read, long length) => new(
        $"journal segment {path} gave {read} of its {length} bytes and then none; nothing of it was changed: check the disk, copy the folder to a good one", null);

    private sealed class SegmentReadException(string message, Exception? cause) : IOException(message, cause);
}
