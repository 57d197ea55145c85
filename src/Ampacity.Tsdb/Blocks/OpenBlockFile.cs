using ParquetSharp;
using ParquetSharp.IO;

namespace Ampacity.Tsdb;

/// <summary>A Parquet file of a block, open in Parquet's library. One thread at a time.</summary>
internal sealed class OpenBlockFile : IDisposable
{
    private readonly StoreReadStream _stream;
    private readonly ManagedRandomAccessFile _source;

    /// <exception cref="ParquetException">The bytes are no Parquet file, or the disk refused. The stream is still the caller's then.</exception>
    public OpenBlockFile(StoreReadStream stream)
    {
        _stream = stream;
        _source = new ManagedRandomAccessFile(stream, leaveOpen: true);
        try
        {
            Reader = new ParquetFileReader(_source);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    public ParquetFileReader Reader { get; }

    /// <summary>What the disk said when it refused, or null.</summary>
    public Exception? Failure => _stream.Failure;

    public void Dispose()
    {
        Reader.Dispose();
        _source.Dispose();
        _stream.Dispose();
    }
}
