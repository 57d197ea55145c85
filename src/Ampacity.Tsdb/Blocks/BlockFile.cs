using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>A Parquet file of a block, for reading: nothing of it reaches Parquet's library before its checksum held and its pages were found to be of sizes that can be.</summary>
/// <remarks>
/// Any thread; an <see cref="OpenBlockFile"/> belongs to one at a time and is given back. Row groups are checked once each, when
/// first read, so that opening a block does not read all of it. Throws <see cref="BlockDamagedException"/> where bytes are not what was written, and
/// <see cref="BlockUnreadableException"/> where the disk refuses.
/// </remarks>
internal sealed class BlockFile : IDisposable
{
    private const int HashBytes = 256 * 1024;
    private const int MaxIdleReaders = 2;

    // "PAR1" at both ends; before the one at the end the footer's length.
    private const int MagicBytes = 4;
    private const int TailBytes = 8;

    // What a page may take beside its rows: a block of deltas is padded to 128 values of 8 bytes, and has levels and a head.
    private const int PageSlackBytes = 4096;

    // Arrow ends a page after a thousand rows at the latest, each of 64 KiB of labels at most.
    private const long MaxPageBytes = 96 << 20;

    private readonly IStoreFiles _files;
    private readonly string _block;
    private readonly string _path;
    private readonly PartFile _part;
    private readonly long[] _firstRows;
    private readonly int[] _checked;
    private readonly int _maxRowBytes;
    private long[][] _columnEnds = [];
    private readonly ConcurrentBag<OpenBlockFile> _idle = [];
    private int _footerChecked;
    private volatile bool _closed;

    /// <summary>A file that is looked at, and not opened yet.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="folder">The block's folder.</param>
    /// <param name="part">What the meta file says of it.</param>
    /// <param name="maxGroupRows">Most rows of a row group.</param>
    /// <param name="maxRowBytes">Most bytes of a row in one column.</param>
    public BlockFile(IStoreFiles files, string folder, PartFile part, int maxGroupRows, int maxRowBytes)
    {
        _files = files;
        _maxRowBytes = maxRowBytes;
        _block = Path.GetFileName(folder);
        _path = Path.Combine(folder, part.Name);
        _part = part;
        _checked = new int[part.Groups.Count];
        _firstRows = new long[part.Groups.Count + 1];
        for (var i = 0; i < part.Groups.Count; i++)
        {
            var (group, from) = (part.Groups[i], i == 0 ? 0 : part.Groups[i - 1].EndBytes);
            if (group.Rows <= 0 || group.Rows > maxGroupRows || group.EndBytes <= from || group.EndBytes > part.Bytes)
            {
                throw Damage($"has a row group that cannot be: {group.Rows} rows, of {maxGroupRows} at most, in bytes {from} to {group.EndBytes} of {part.Bytes}");
            }

            _firstRows[i + 1] = _firstRows[i] + group.Rows;
        }

        var file = new FileInfo(_path);
        if (!file.Exists || file.Length != part.Bytes)
        {
            throw Damage(file.Exists ? $"has {file.Length} bytes, not {part.Bytes}" : "is missing");
        }
    }

    /// <summary>Row groups.</summary>
    public int GroupCount => _part.Groups.Count;

    /// <summary>Rows of the file.</summary>
    public long Rows => _firstRows[^1];

    /// <summary>A row group.</summary>
    public PartGroup Group(int group) => _part.Groups[group];

    /// <summary>Number of the first row of a row group.</summary>
    public long FirstRowOf(int group) => _firstRows[group];

    /// <summary>The row group that holds a row.</summary>
    public int GroupOf(long row)
    {
        var found = Array.BinarySearch(_firstRows, row);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Holds what the meta file says of rows against what the file itself says; before memory is taken for them.</summary>
    public void EnsureOpened()
    {
        if (Volatile.Read(ref _footerChecked) == 0)
        {
            Return(Rent());
        }
    }

    /// <summary>A reader of the file; give it back.</summary>
    public OpenBlockFile Rent() => _idle.TryTake(out var reader) ? reader : Open();

    /// <summary>Takes a reader back.</summary>
    public void Return(OpenBlockFile reader)
    {
        // One that the disk refused something may hold half of what it wanted.
        if (_closed || reader.Failure is not null || _idle.Count >= MaxIdleReaders)
        {
            reader.Dispose();
            return;
        }

        _idle.Add(reader);
    }

    /// <summary>Opens a row group whose bytes hold their checksum.</summary>
    public RowGroupReader Open(OpenBlockFile reader, int group)
    {
        if (Volatile.Read(ref _checked[group]) == 0)
        {
            var from = group == 0 ? 0 : _part.Groups[group - 1].EndBytes;
            Check(from, _part.Groups[group].EndBytes, _part.Groups[group].Hash, $"row group {group}");
            CheckPages(group);
            Volatile.Write(ref _checked[group], 1);
        }

        return reader.Reader.RowGroup(group);
    }

    /// <summary>Checks every byte; for a look at a whole store.</summary>
    public void CheckAll() => Check(0, _part.Bytes, _part.Hash, "the file");

    /// <summary>Damage of this file.</summary>
    public BlockDamagedException Damage(string reason, Exception? inner = null) => new(_block, $"{_part.Name} {reason}", inner);

    /// <summary>What it means that Parquet's library could not read on: damage, unless the disk has refused.</summary>
    public Exception Undecodable(OpenBlockFile? reader, Exception error) =>
        reader?.Failure is { } failure ? Unreadable("while it was decoded", failure) : Damage($"cannot be decoded: {error.Message}", error);

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private BlockUnreadableException Unreadable(string where, Exception error) => new(_block, $"{_part.Name} {where}: {error.Message}", error);

    private OpenBlockFile Open()
    {
        if (Volatile.Read(ref _footerChecked) == 0)
        {
            var from = _part.Groups.Count == 0 ? 0 : _part.Groups[^1].EndBytes;
            Check(from, _part.Bytes, _part.FooterHash, "the footer");
            _columnEnds = ReadColumnEnds(from);
            Volatile.Write(ref _footerChecked, 1);
        }

        var stream = new StoreReadStream(OpenRead("the footer"));
        try
        {
            var reader = new OpenBlockFile(stream);
            using var meta = reader.Reader.FileMetaData;
            return meta.NumRowGroups == GroupCount && meta.NumRows == Rows
                ? reader
                : throw Damage($"has {meta.NumRowGroups} row groups and {meta.NumRows} rows, not {GroupCount} and {Rows}");
        }
        catch (Exception error)
        {
            stream.Dispose();
            if (error is not (ParquetException or IOException or UnauthorizedAccessException))
            {
                throw;
            }

            throw stream.Failure is { } failure ? Unreadable("while it was opened", failure) : Damage($"cannot be opened: {error.Message}", error);
        }
    }

    private long[][] ReadColumnEnds(long from)
    {
        using var file = OpenRead("the footer");
        Span<byte> tail = stackalloc byte[TailBytes];
        Fill(file, tail, _part.Bytes - TailBytes, "the footer");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail[MagicBytes..].SequenceEqual("PAR1"u8) || length > _part.Bytes - TailBytes - from)
        {
            throw Damage($"has no footer of {length} bytes at its end");
        }

        var footer = new byte[length];
        Fill(file, footer, _part.Bytes - TailBytes - length, "the footer");
        var ends = ParquetPages.ColumnEnds(footer, _part.Groups, out var fault);
        return fault is null ? ends : throw Damage(fault);
    }

    private void CheckPages(int group)
    {
        var what = $"pages of row group {group}";
        var from = group == 0 ? MagicBytes : _part.Groups[group - 1].EndBytes;
        var mostBytes = (int)Math.Min(MaxPageBytes, ((long)_part.Groups[group].Rows * _maxRowBytes) + PageSlackBytes);
        using var file = OpenRead(what);
        foreach (var end in _columnEnds[group])
        {
            if (ParquetPages.Fault((bytes, offset) => Fill(file, bytes, offset, what), from, end, mostBytes) is { } fault)
            {
                throw Damage(fault);
            }

            from = end;
        }
    }

    private void Fill(IStoreReader file, Span<byte> bytes, long offset, string what)
    {
        try
        {
            for (int read, at = 0; at < bytes.Length; at += read)
            {
                read = offset < 0 ? 0 : file.Read(bytes[at..], offset + at);
                if (read == 0)
                {
                    throw Damage($"ends at {offset + at}, before the end of {what}");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"at {offset}, in {what}", error);
        }
    }

    private IStoreReader OpenRead(string what)
    {
        try
        {
            return _files.OpenRead(_path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Damage("is missing", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"when it was opened for {what}", error);
        }
    }

    private void Check(long from, long to, ulong hash, string what)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(HashBytes);
        using var file = OpenRead(what);
        var at = from;
        try
        {
            var hasher = new XxHash3();
            while (at < to)
            {
                var read = file.Read(buffer.AsSpan(0, (int)Math.Min(HashBytes, to - at)), at);
                if (read == 0)
                {
                    throw Damage($"ends at {at}, before the end of {what}");
                }

                hasher.Append(buffer.AsSpan(0, read));
                at += read;
            }

            if (hasher.GetCurrentHashAsUInt64() != hash)
            {
                throw Damage($"has a wrong checksum of {what} (bytes {from} to {to})");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"at {at}, in {what}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
