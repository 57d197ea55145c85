using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Identifiers as fields hold them: normalised without a string where they are written normally already.</summary>
internal static class CsvIdentifiers
{
    private static readonly SearchValues<char> Usual = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:");
    private static readonly SearchValues<char> UsualHost = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-_.");
    private static readonly SearchValues<char> Digits = SearchValues.Create("123456789");

    /// <summary>UTF-8 of the normal form in <paramref name="utf8"/>; −1 and a hint where it is no identifier.</summary>
    public static int Normalise(IdentifierKind kind, ReadOnlySpan<char> field, Span<byte> utf8, out string? hint)
    {
        hint = null;
        if (IsNormal(kind, field))
        {
            return Encoding.UTF8.GetBytes(field, utf8);
        }

        if (!IdentifierText.TryNormalise(kind, field.ToString(), out var normal, out hint))
        {
            return -1;
        }

        if (Encoding.UTF8.TryGetBytes(normal, utf8, out var length) && length <= TextSlab.MaxBytes)
        {
            return length;
        }

        hint = $"an identifier has at most {TextSlab.MaxBytes} bytes of UTF-8";
        return -1;
    }

    // Usual characters and a digit beyond zero: then it is none of the words that stand for nothing, and IdentifierText changes nothing.
    private static bool IsNormal(IdentifierKind kind, ReadOnlySpan<char> field) => kind switch
    {
        IdentifierKind.Serial or IdentifierKind.AssetTag => field.Length <= 64 && !field.ContainsAnyExcept(Usual) && field.ContainsAny(Digits),
        IdentifierKind.Hostname => field.Length <= 64 && !field.ContainsAnyExcept(UsualHost) && field.ContainsAny(Digits),
        _ => false,
    };
}

/// <summary>
/// Which identifiers a file has named and in which line: 20 bytes a slot, where a set of strings takes 90. Told apart by a seeded 128-bit
/// hash, so that a file cannot be written to make two of them one.
/// </summary>
internal sealed class SeenIdentifiers
{
    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private UInt128[] _hashes = new UInt128[1024];
    private int[] _lines = new int[1024];
    private int _count;

    /// <summary>Adds one; false if it was named before, and in which line.</summary>
    public bool Add(IdentifierKind kind, ReadOnlySpan<byte> utf8, int line, out int before)
    {
        if ((_count + 1) * 4L > _hashes.Length * 3L)
        {
            Grow();
        }

        var hash = XxHash128.HashToUInt128(utf8, _seed ^ (long)kind);
        var slot = Find(_hashes, _lines, hash);
        before = _lines[slot];
        if (before != 0)
        {
            return false;
        }

        _hashes[slot] = hash;
        _lines[slot] = line;
        _count++;
        return true;
    }

    private static int Find(UInt128[] hashes, int[] lines, UInt128 hash)
    {
        var slot = (int)(hash & (UInt128)(hashes.Length - 1));
        while (lines[slot] != 0 && hashes[slot] != hash)
        {
            slot = (slot + 1) & (hashes.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var (hashes, lines) = (new UInt128[_hashes.Length * 2], new int[_lines.Length * 2]);
        for (var old = 0; old < _lines.Length; old++)
        {
            if (_lines[old] != 0)
            {
                var slot = Find(hashes, lines, _hashes[old]);
                (hashes[slot], lines[slot]) = (_hashes[old], _lines[old]);
            }
        }

        (_hashes, _lines) = (hashes, lines);
    }
}
