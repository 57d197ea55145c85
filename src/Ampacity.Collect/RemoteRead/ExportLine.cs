using System.Buffers.Text;
using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads a line of VictoriaMetrics' export, <c>{"metric":{…},"values":[…],"timestamps":[…]}</c>. It is not quite JSON: 1.79 writes <c>+Inf</c> bare,
/// later versions <c>"Infinity"</c>. A <c>null</c> is a stale marker, the only NaN that VictoriaMetrics keeps.
/// </summary>
/// <remarks>One thread at a time; no allocation for a sample.</remarks>
internal sealed class ExportLine(string store)
{
    private double[] _values = new double[1024];
    private int _count;

    /// <summary>Takes a line's series and samples.</summary>
    /// <exception cref="SeriesStoreException">It cannot be read.</exception>
    public void Take(ReadOnlySpan<byte> line, LabelSetBuilder labels, RemoteBatch into)
    {
        try
        {
            TakeLine(line, labels, into);
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException and not ObjectDisposedException)
        {
            throw new SeriesStoreException($"the store {store} exported a line that cannot be read: {error.Message}", error);
        }
    }

    private void TakeLine(ReadOnlySpan<byte> line, LabelSetBuilder labels, RemoteBatch into)
    {
        ReadOnlySpan<byte> head = "{\"metric\":"u8;
        if (!line.StartsWith(head))
        {
            throw new FormatException("it does not begin with {\"metric\":");
        }

        var json = new Utf8JsonReader(line[head.Length..]);
        labels.Clear();
        JsonLabels.Read(ref json, labels);
        into.Begin(labels);
        if (!into.IsWanted)
        {
            return;
        }

        var rest = line[(head.Length + (int)json.BytesConsumed)..];
        rest = Expect(rest, ",\"values\":["u8);
        _count = 0;
        for (var more = rest[0] != ']'; more; more = Next(ref rest))
        {
            if (_count == _values.Length)
            {
                Array.Resize(ref _values, _count * 2);
            }

            _values[_count++] = Value(ref rest);
        }

        rest = Expect(rest, "],\"timestamps\":["u8);
        var at = 0;
        for (var more = rest[0] != ']'; more; more = Next(ref rest))
        {
            if (!Utf8Parser.TryParse(rest, out long timestampMs, out var length) || at == _count)
            {
                throw new FormatException($"timestamp {at + 1} is none, or has no value");
            }

            rest = rest[length..];
            into.Add(timestampMs, _values[at++]);
        }

        _ = at == _count ? Expect(rest, "]"u8) : throw new FormatException($"{_count} values have {at} timestamps");
    }

    private static bool Next(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] != ',')
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static ReadOnlySpan<byte> Expect(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> wanted) => rest.StartsWith(wanted) && rest.Length > wanted.Length
        ? rest[wanted.Length..]
        : throw new FormatException($"expected {System.Text.Encoding.UTF8.GetString(wanted)}");

    private static double Value(ref ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("null"u8))
        {
            rest = rest[4..];
            return StaleMarker.Value;
        }

        var end = rest.IndexOfAny((byte)',', (byte)']');
        var text = end < 0 ? rest : rest[..end];
        rest = rest[text.Length..];
        if (Utf8Parser.TryParse(text, out double value, out var length) && length == text.Length)
        {
            return value;
        }

        var bare = text.Length > 1 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
        return bare.SequenceEqual("+Inf"u8) || bare.SequenceEqual("Inf"u8) || bare.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
            : bare.SequenceEqual("-Inf"u8) || bare.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
            : bare.SequenceEqual("NaN"u8) ? double.NaN
            : throw new FormatException($"'{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 40)])}' is no value");
    }
}
