using ParquetSharp;
using ParquetSharp.IO;
using ParquetSharp.Schema;

namespace Ampacity.Tsdb;

/// <summary>A row group of a Parquet file as the block's meta file has it: where its bytes lie and what they hash to.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="EndBytes">Offset of the first byte behind it; it begins where the one before ends, the first at 0.</param>
/// <param name="Hash">XxHash3, 64 bits, seed 0, of these bytes.</param>
/// <param name="Notes">What a reader may skip; only of the values file.</param>
internal readonly record struct PartGroup(int Rows, long EndBytes, ulong Hash, GroupNotes Notes);

/// <summary>A Parquet file of a block as the meta file has it.</summary>
/// <param name="Name">File name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Hash">XxHash3, 64 bits, seed 0, of the whole file.</param>
/// <param name="FooterHash">The same of the bytes behind the last row group.</param>
/// <param name="Groups">Row groups in order.</param>
internal sealed record PartFile(string Name, long Bytes, ulong Hash, ulong FooterHash, IReadOnlyList<PartGroup> Groups)
{
    /// <summary>Rows of all groups.</summary>
    public long Rows => Groups.Sum(group => (long)group.Rows);
}

/// <summary>One Parquet file of a block while it is written: row groups one behind the other, each with its checksum.</summary>
/// <remarks>One thread at a time. An error of the disk comes out as it went in, not as Parquet's library words it.</remarks>
internal sealed class ParquetPart : IDisposable
{
    private readonly string _name;
    private readonly StoreFileStream _stream;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _writer;
    private readonly List<PartGroup> _groups = [];

    public ParquetPart(IStoreFiles files, string folder, string name, Func<GroupNode> schema, Func<WriterProperties> properties)
    {
        _name = name;
        _stream = new StoreFileStream(files, Path.Combine(folder, name));
        _output = new ManagedOutputStream(_stream, leaveOpen: true);
        using var node = schema();
        using var written = properties();
        try
        {
            _writer = new ParquetFileWriter(_output, node, written, null);
        }
        catch
        {
            _output.Dispose();
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes so far, without what Parquet's library still holds.</summary>
    public long Bytes => _stream.Length;

    /// <summary>Writes a row group; the given function writes all its columns in order.</summary>
    public void AddGroup(int rows, GroupNotes notes, Action<RowGroupWriter> columns)
    {
        Guard(() =>
        {
            using var group = _writer.AppendRowGroup();
            columns(group);
            group.Close();
        });
        _groups.Add(new PartGroup(rows, _stream.Length, _stream.EndPart(), notes));
    }

    /// <summary>Writes the footer and makes the file durable.</summary>
    public PartFile Finish()
    {
        Guard(_writer.Close);
        var footer = _stream.EndPart();
        return new PartFile(_name, _stream.Length, _stream.Finish(), footer, _groups);
    }

    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (ParquetException) when (_stream.Failure is not null)
        {
            // Parquet's library tries to write its footer at the end; the failure that stopped the file has been thrown already.
        }

        _output.Dispose();
        _stream.Dispose();
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (ParquetException) when (_stream.Failure is not null)
        {
            throw new IOException(_stream.Failure.Message, _stream.Failure);
        }
    }
}
