using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>Rows of the polls file until they fill a row group.</summary>
internal sealed class PollRows
{
    /// <summary>Polls of a row group: what is decoded to know the times of one stamp group.</summary>
    public const int Capacity = 64 * 1024;

    private readonly int[] _polls = new int[Capacity];
    private readonly int[] _groups = new int[Capacity];
    private readonly long[] _times = new long[Capacity];
    private int _count;

    public void Add(int firstPoll, int group, ReadOnlySpan<long> timestampsMs, ParquetPart part)
    {
        while (!timestampsMs.IsEmpty)
        {
            if (_count == Capacity)
            {
                Write(part);
            }

            var take = Math.Min(timestampsMs.Length, Capacity - _count);
            timestampsMs[..take].CopyTo(_times.AsSpan(_count));
            _groups.AsSpan(_count, take).Fill(group);
            for (var i = 0; i < take; i++)
            {
                _polls[_count + i] = firstPoll + i;
            }

            _count += take;
            firstPoll += take;
            timestampsMs = timestampsMs[take..];
        }
    }

    /// <summary>Writes the rows as a row group and empties the buffer.</summary>
    public void Write(ParquetPart part)
    {
        if (_count == 0)
        {
            return;
        }

        part.AddGroup(_count, GroupNotes.None, group =>
        {
            Write(group, _polls.AsSpan(0, _count));
            Write(group, _groups.AsSpan(0, _count));
            Write(group, _times.AsSpan(0, _count));
        });
        _count = 0;
    }

    private static void Write<T>(RowGroupWriter group, Span<T> column)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(column);
    }
}
