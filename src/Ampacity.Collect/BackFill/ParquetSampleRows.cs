using ParquetSharp;

namespace Ampacity.Collect;

/// <summary>Rows of a Parquet file with flat columns, read row group by row group in slices.</summary>
/// <remarks>
/// The reader of the format is native (Arrow C++): a file that is broken on purpose is its risk, not ours. What it refuses becomes a
/// <see cref="ReceiveRejectedException"/>.
/// </remarks>
internal sealed class ParquetSampleRows : SampleRows
{
    private const int MaxColumns = 1024;

    private readonly ParquetFileReader _file;
    private readonly string[] _columns;
    private ParquetCells[] _cells = [];
    private RowGroupReader? _group;
    private int _nextGroup;
    private long _left;
    private int _slice;
    private int _at;
    private long _position;

    private ParquetSampleRows(ParquetFileReader file)
    {
        _file = file;
        var schema = file.FileMetaData.Schema;
        _columns = [.. Enumerable.Range(0, file.FileMetaData.NumColumns).Select(i => schema.Column(i).Path.ToDotString())];
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override long Position => _position;

    public override string PositionName => "row";

    /// <exception cref="ReceiveRejectedException">It is no Parquet file.</exception>
    public static ParquetSampleRows Open(Stream stream) => OrRefuse(() =>
    {
        var rows = new ParquetSampleRows(new ParquetFileReader(stream, leaveOpen: true));
        return rows._columns.Length <= MaxColumns ? rows : throw new ReceiveRejectedException(400, $"{rows._columns.Length} columns, the limit is {MaxColumns}");
    });

    public override ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(OrRefuse(MoveNext));
    }

    public override ReadOnlySpan<char> Text(int column) => _cells[column].Text(_at);

    public override bool TryNumber(int column, out double value) => _cells[column].TryNumber(_at, out value) || base.TryNumber(column, out value);

    public override bool TryTime(int column, TimeUnit unit, out long timestampMs) =>
        _cells[column].TryTime(_at, unit, out timestampMs) || base.TryTime(column, unit, out timestampMs);

    public override ValueTask DisposeAsync()
    {
        CloseGroup();
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool MoveNext()
    {
        if (++_at >= _slice)
        {
            while (_left == 0)
            {
                CloseGroup();
                if (_nextGroup == _file.FileMetaData.NumRowGroups)
                {
                    return false;
                }

                _group = _file.RowGroup(_nextGroup++);
                _left = _group.MetaData.NumRows;
                _cells = [.. Enumerable.Range(0, _columns.Length).Select(i => ParquetCells.Of(_group.Column(i), _columns[i]))];
            }

            _slice = (int)Math.Min(_left, ParquetCells.SliceRows);
            foreach (var cells in _cells)
            {
                cells.Read(_slice);
            }

            _left -= _slice;
            _at = 0;
        }

        _position++;
        return true;
    }

    private void CloseGroup()
    {
        foreach (var cells in _cells)
        {
            cells.Dispose();
        }

        _cells = [];
        _group?.Dispose();
        _group = null;
        (_slice, _at) = (0, 0);
    }

    private static T OrRefuse<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is ParquetException or IOException or OverflowException or NotSupportedException or InvalidCastException or ArgumentException)
        {
            throw new ReceiveRejectedException(400, $"the Parquet file cannot be read: {error.Message.Trim()}");
        }
    }
}
