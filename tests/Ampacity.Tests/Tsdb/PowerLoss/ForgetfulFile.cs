using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb;

/// <summary>A file's bytes: those that last, and writes since.</summary>
internal sealed class ForgetfulFile(ForgetfulFiles disk, IStoreFile real, long length) : IStoreFile, IForgetfulEntry
{
    // What a disk writes in one piece, mostly.
    private const int Sector = 512;

    private readonly List<(long Offset, byte[] Bytes)> _since = [];
    private byte[] _durable = [];
    private long _length = length;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        lock (disk.Gate)
        {
            disk.Change();
            real.Write(bytes, offset);
            _since.Add((offset, bytes.ToArray()));
            _length = Math.Max(_length, offset + bytes.Length);
        }
    }

    public void Flush()
    {
        lock (disk.Gate)
        {
            disk.Change();
            Settle();
        }
    }

    public void Truncate(long length)
    {
        lock (disk.Gate)
        {
            disk.Change();
            real.Truncate(length);
            _length = length;
            Settle();
        }
    }

    public void Dispose() => real.Dispose();

    public void Recover(string path, Random random)
    {
        // The length is an old one, the new one, or between.
        var longest = Math.Max(_durable.Length, _length);
        var shortest = Math.Min(_durable.Length, _length);
        var cutAt = random.Next(3) switch { 0 => _durable.Length, 1 => _length, _ => random.NextInt64(shortest, longest + 1) };
        var bytes = new byte[cutAt];
        _durable.AsSpan(0, (int)Math.Min(cutAt, _durable.Length)).CopyTo(bytes);
        foreach (var (offset, written) in _since)
        {
            for (var at = 0; at < written.Length;)
            {
                var count = Math.Min(written.Length - at, Sector - (int)((offset + at) % Sector));
                var kept = random.Next(4) switch { 0 => 0, 1 => random.Next(count + 1), _ => count };
                for (var i = at; i < at + kept && offset + i < cutAt; i++)
                {
                    bytes[offset + i] = written[i];
                }

                at += count;
            }
        }

        File.WriteAllBytes(path, bytes);
    }

    private void Settle()
    {
        var bytes = new byte[_length];
        _durable.AsSpan(0, (int)Math.Min(_length, _durable.Length)).CopyTo(bytes);
        foreach (var (offset, written) in _since)
        {
            var count = (int)Math.Min(written.Length, Math.Max(0, _length - offset));
            written.AsSpan(0, count).CopyTo(bytes.AsSpan((int)Math.Min(offset, _length)));
        }

        _durable = bytes;
        _since.Clear();
    }
}
