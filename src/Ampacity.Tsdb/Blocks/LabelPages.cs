using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>Canonical labels of the series of one row group.</summary>
internal sealed record LabelPage(byte[] Text, int[] Offsets)
{
    public ReadOnlySpan<byte> Of(int index) => Text.AsSpan(Offsets[index], Offsets[index + 1] - Offsets[index]);
}

/// <summary>The canonical labels of a block's series, decoded a row group at a time. Any thread.</summary>
internal sealed class LabelPages(BlockFile file)
{
    // A page of 8,192 series takes about 1.5 MB.
    private const int CachedPages = 4;

    private readonly PageCache<LabelPage> _pages = new(CachedPages, page => Load(file, page));

    public ReadOnlySpan<byte> Of(int series)
    {
        var group = file.GroupOf(series);
        return _pages[group].Of((int)(series - file.FirstRowOf(group)));
    }

    /// <summary>Forgets what was decoded.</summary>
    public void Clear() => _pages.Clear();

    private static LabelPage Load(BlockFile file, int page)
    {
        var rows = file.Group(page).Rows;
        var offsets = new int[rows + 1];
        var text = new byte[rows * 128];
        var at = 0;
        var reader = file.Rent();
        try
        {
            using var group = file.Open(reader, page);
            ColumnRead.Bytes(group, (int)SeriesColumn.Canonical, rows, batch =>
            {
                foreach (var canonical in batch)
                {
                    if (canonical.Length > SampleStoreOptions.MaxLabelBytes)
                    {
                        throw file.Damage($"has labels of {canonical.Length} bytes, of {SampleStoreOptions.MaxLabelBytes} at most");
                    }

                    var used = offsets[at];
                    if (text.Length - used < canonical.Length)
                    {
                        Array.Resize(ref text, Math.Max(text.Length * 2, used + canonical.Length));
                    }

                    ColumnRead.Copy(canonical, text, used);
                    offsets[++at] = used + canonical.Length;
                }
            });
            return new LabelPage(text, offsets);
        }
        catch (ParquetException error)
        {
            throw file.Undecodable(reader, error);
        }
        finally
        {
            file.Return(reader);
        }
    }
}
