using System.Text;
using Sylvan.Data.Csv;

namespace Ampacity.Collect;

/// <summary>Rows of a CSV file with a header: comma, semicolon, tab or bar; UTF-8, or UTF-16 with a byte order mark.</summary>
internal sealed class CsvSampleRows : SampleRows
{
    // Longest row, characters: a label set is below 1 KiB, a quote that is not closed reads on to here.
    private const int MaxRowChars = 1 << 17;
    private const int MaxColumns = 1024;

    private readonly CsvDataReader _reader;
    private readonly string[] _columns;

    private CsvSampleRows(CsvDataReader reader)
    {
        _reader = reader;
        _columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetName(i).Trim())];
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override long Position => _reader.RowNumber + 1;

    public override string PositionName => "line";

    /// <exception cref="ReceiveRejectedException">There is no header.</exception>
    public static async Task<CsvSampleRows> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var options = new CsvDataReaderOptions { BufferSize = MaxRowChars, MaxBufferSize = MaxRowChars, HasHeaders = true, OwnsReader = true };
        try
        {
            var text = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);
            var rows = new CsvSampleRows(await CsvDataReader.CreateAsync(text, options, cancellationToken));
            return rows._columns.Length is > 0 and <= MaxColumns
                ? rows : throw new ReceiveRejectedException(400, $"line 1: {rows._columns.Length} columns; a header with 1 to {MaxColumns} names has to stand there");
        }
        catch (Exception error) when (error is CsvFormatException or CsvMissingHeadersException or CsvRecordTooLargeException or InvalidOperationException)
        {
            throw new ReceiveRejectedException(400, $"line 1: no header of a CSV file: {Reason(error)}");
        }
    }

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadAsync(cancellationToken);
        }
        catch (Exception error) when (error is CsvFormatException or CsvRecordTooLargeException)
        {
            throw new ReceiveRejectedException(400, $"line {Position}: no row of a CSV file, so nothing behind it was read: {Reason(error)}");
        }
    }

    // The library's sentences speak of its own options.
    private static string Reason(Exception error) => error switch
    {
        CsvRecordTooLargeException => $"a row has at most {MaxRowChars} characters; a quote that is not closed, or a file that is no CSV, looks like this",
        CsvMissingHeadersException => "the file is empty; its first row names the columns",
        _ => error.Message,
    };

    public override ReadOnlySpan<char> Text(int column) => column < _reader.RowFieldCount ? _reader.GetFieldSpan(column).Trim() : default;

    public override async ValueTask DisposeAsync() => await _reader.DisposeAsync();
}
