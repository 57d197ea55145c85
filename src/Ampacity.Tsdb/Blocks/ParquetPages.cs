namespace Ampacity.Tsdb;

/// <summary>
/// What a Parquet file claims about the sizes of its pages, held against what is there, before Parquet's library takes memory for them: it believes a page's head,
/// and four bytes of it make it take two gigabytes.
/// </summary>
internal static class ParquetPages
{
    // A head is some 30 bytes, and more with statistics, whose limit in Arrow is 4 kB each.
    private const int FirstHeadBytes = 256;
    private const int MaxHeadBytes = 64 * 1024;

    /// <summary>The end of every column's pages, row group by row group, from the footer's Thrift.</summary>
    /// <param name="footer">The structure that Parquet calls FileMetaData.</param>
    /// <param name="groups">Row groups and where each ends; its columns must lie behind one another up to there, the first from byte 4 on.</param>
    /// <param name="fault">What is wrong, or null.</param>
    public static long[][] ColumnEnds(ReadOnlySpan<byte> footer, IReadOnlyList<PartGroup> groups, out string? fault)
    {
        var ends = new long[groups.Count][];
        var reader = new ThriftReader(footer);
        fault = TryFooter(ref reader, groups, ends, out var what) ? null : what ?? "has a footer that is none";
        return ends;
    }

    /// <summary>Walks the pages of a column.</summary>
    /// <param name="read">Fills a span from an offset of the file.</param>
    /// <param name="from">Where the first page begins.</param>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="maxPageBytes">Most bytes that a page may have when it is unpacked.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Fault(PageRead read, long from, long end, int maxPageBytes)
    {
        var buffer = new byte[FirstHeadBytes];
        for (var at = from; at < end;)
        {
            var bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
            read(bytes, at);
            var reader = new ThriftReader(bytes);
            if (!TryPage(ref reader, out var page))
            {
                if (bytes.Length < end - at && buffer.Length < MaxHeadBytes)
                {
                    buffer = new byte[buffer.Length * 4];
                    continue;
                }

                return $"has no page at byte {at}";
            }

            var left = end - at - reader.Position;
            if (page.UnpackedBytes < 0 || page.UnpackedBytes > maxPageBytes || page.PackedBytes < 0 || page.PackedBytes > left || page.Values < 0
                || (page.IsDictionary && page.Values > page.UnpackedBytes))
            {
                return $"has a page at byte {at} that claims {page.Values} values in {page.UnpackedBytes} bytes, packed into {page.PackedBytes}; {left} are there, and a page has {maxPageBytes} at most";
            }

            at += reader.Position + page.PackedBytes;
        }

        return null;
    }

    /// <summary>Fills a span from an offset of a file.</summary>
    public delegate void PageRead(Span<byte> bytes, long offset);

    // FileMetaData: 4 is the list of row groups.
    private static bool TryFooter(ref ThriftReader reader, IReadOnlyList<PartGroup> groups, long[][] ends, out string? fault)
    {
        fault = null;
        var (id, isFound) = (0, false);
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return isFound;
            }

            if (id != 4 || type is not ThriftType.List)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            if (isFound || !reader.TryList(out var count, out var element) || element is not ThriftType.Struct || count != groups.Count)
            {
                return false;
            }

            isFound = true;
            for (var group = 0; group < ends.Length; group++)
            {
                var columns = new List<long>();
                var at = group == 0 ? 4 : groups[group - 1].EndBytes;
                if (!TryGroup(ref reader, at, columns, out fault))
                {
                    return false;
                }

                ends[group] = [.. columns];
                if (columns.Count == 0 || columns[^1] != groups[group].EndBytes)
                {
                    fault = $"has columns of row group {group} that do not end where it ends";
                    return false;
                }
            }
        }

        return false;
    }

    // RowGroup: 1 is the list of its columns.
    private static bool TryGroup(ref ThriftReader reader, long from, List<long> ends, out string? fault)
    {
        fault = null;
        var id = 0;
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return true;
            }

            if (id != 1 || type is not ThriftType.List)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            if (ends.Count > 0 || !reader.TryList(out var count, out var element) || element is not ThriftType.Struct)
            {
                return false;
            }

            for (; count > 0; count--)
            {
                if (!TryColumn(ref reader, out var offset, out var bytes))
                {
                    return false;
                }

                if (offset != from || bytes <= 0 || bytes > long.MaxValue - from)
                {
                    fault = $"has a column at bytes {offset} to {offset}+{bytes} that should begin at {from}";
                    return false;
                }

                ends.Add(from += bytes);
            }
        }

        return false;
    }

    // ColumnChunk: 3 is its meta data, of which 7 are its bytes, 9 and 11 the places of its first page of data and of its dictionary.
    private static bool TryColumn(ref ThriftReader reader, out long offset, out long bytes)
    {
        (offset, bytes) = (0, 0);
        var (id, isFound) = (0, false);
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return isFound;
            }

            if (id != 3 || type is not ThriftType.Struct)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            if (isFound || !TryColumnMeta(ref reader, out offset, out bytes))
            {
                return false;
            }

            isFound = true;
        }

        return false;
    }

    private static bool TryColumnMeta(ref ThriftReader reader, out long offset, out long bytes)
    {
        var (id, data, dictionary) = (0, -1L, 0L);
        (offset, bytes) = (-1, -1);
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                // As Arrow takes it: a dictionary stands before the data, and a place of 0 is none.
                offset = dictionary > 0 && dictionary < data ? dictionary : data;
                return true;
            }

            var whole = -1L;
            if (!(type is ThriftType.I64 ? reader.TryInteger(out whole) : reader.TrySkip(type)))
            {
                return false;
            }

            if (type is ThriftType.I64)
            {
                (bytes, data, dictionary) = id switch
                {
                    7 => (whole, data, dictionary),
                    9 => (bytes, whole, dictionary),
                    11 => (bytes, data, whole),
                    _ => (bytes, data, dictionary),
                };
            }
        }

        return false;
    }

    // PageHeader: 1 is its type, 2 and 3 its bytes, 5, 7 and 8 the head of its data, dictionary or data of version 2, of which 1 are its values.
    private static bool TryPage(ref ThriftReader reader, out PageHead page)
    {
        page = new PageHead(-1, -1, 0, false);
        var id = 0;
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return true;
            }

            var whole = 0L;
            var read = type switch
            {
                ThriftType.I32 => reader.TryInteger(out whole),
                ThriftType.Struct when id is 5 or 7 or 8 => TryValues(ref reader, out whole),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }

            page = id switch
            {
                2 when type is ThriftType.I32 => page with { UnpackedBytes = whole },
                3 when type is ThriftType.I32 => page with { PackedBytes = whole },
                5 or 7 or 8 when type is ThriftType.Struct => page with { Values = whole, IsDictionary = page.IsDictionary || id == 7 },
                _ => page,
            };
        }

        return false;
    }

    private static bool TryValues(ref ThriftReader reader, out long values)
    {
        values = 0;
        var id = 0;
        while (reader.TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return true;
            }

            if (!(id == 1 && type is ThriftType.I32 ? reader.TryInteger(out values) : reader.TrySkip(type)))
            {
                return false;
            }
        }

        return false;
    }

    private readonly record struct PageHead(long UnpackedBytes, long PackedBytes, long Values, bool IsDictionary);
}
