using System.Text;
using Ampacity.Samples;
using Snappier;

namespace Ampacity.Collect;

/// <summary>Reads the two answers of remote read: streamed XOR chunks, and samples in one Snappy block (prometheus/prometheus prompb/remote.proto, types.proto).</summary>
internal static class RemoteReadAnswer
{
    /// <summary>Where remote read is asked.</summary>
    public const string Path = "/api/v1/read";

    // prompb.Chunk.Encoding: 2 and 3 are native histograms, which are not read.
    private const ulong Xor = 1;

    /// <summary>Whether the answer is frames of chunks, by its Content-Type.</summary>
    public static bool IsStreamed(string? mediaType) => mediaType == "application/x-streamed-protobuf";

    /// <summary>A frame: ChunkedReadResponse { 1 chunked_series { 1 labels { 1 name, 2 value }, 2 chunks { 1 min, 2 max, 3 type, 4 data } }, 2 query_index }.</summary>
    /// <exception cref="WireFormatException">It cannot be read.</exception>
    public static void TakeFrame(ReadOnlySpan<byte> frame, LabelSetBuilder labels, RemoteBatch into)
    {
        for (var fields = new ProtobufWalk(frame, 0); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Bytes);
                TakeChunkedSeries(fields.Content, fields.ContentOffset, labels, into);
            }
        }
    }

    /// <summary>A whole answer: ReadResponse { 1 results { 1 timeseries { 1 labels, 2 samples { 1 value, 2 timestamp } } } }, as a Snappy block.</summary>
    /// <exception cref="SeriesStoreException">It is no Snappy block.</exception>
    /// <exception cref="ReadBudgetException">It is over the limit.</exception>
    /// <exception cref="WireFormatException">It cannot be read.</exception>
    public static void TakeSamples(ReadOnlySpan<byte> body, int maxBytes, LabelSetBuilder labels, RemoteBatch into)
    {
        byte[] plain;
        try
        {
            var length = Snappy.GetUncompressedLength(body);

            // As of what comes in by remote write: an element of 3 bytes brings at most 64.
            if (length > maxBytes || length > body.Length * 22L)
            {
                throw new ReadBudgetException($"the store's answer decompresses to {length} bytes, over {maxBytes >> 20} MiB or more than it can hold; ask for fewer series or a shorter range");
            }

            plain = Snappy.DecompressToArray(body);
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw new SeriesStoreException($"the store's answer is no Snappy block: {error.Message}", error);
        }

        for (var results = new ProtobufWalk(plain, 0); results.MoveNext();)
        {
            if (results.Field != 1)
            {
                continue;
            }

            results.Expect(ProtobufWalk.Bytes);
            for (var series = new ProtobufWalk(results.Content, results.ContentOffset); series.MoveNext();)
            {
                if (series.Field == 1)
                {
                    series.Expect(ProtobufWalk.Bytes);
                    TakeSeries(series.Content, series.ContentOffset, labels, into);
                }
            }
        }
    }

    private static void TakeChunkedSeries(ReadOnlySpan<byte> series, int offset, LabelSetBuilder labels, RemoteBatch into)
    {
        TakeLabels(series, offset, labels);
        into.Begin(labels);
        if (!into.IsWanted)
        {
            return;
        }

        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                TakeChunk(fields.Content, fields.ContentOffset, into);
            }
        }
    }

    private static void TakeChunk(ReadOnlySpan<byte> chunk, int offset, RemoteBatch into)
    {
        var encoding = 0UL;
        ReadOnlySpan<byte> data = default;
        for (var fields = new ProtobufWalk(chunk, offset); fields.MoveNext();)
        {
            if (fields.Field == 3)
            {
                fields.Expect(ProtobufWalk.Varint);
                encoding = fields.Number;
            }
            else if (fields.Field == 4)
            {
                fields.Expect(ProtobufWalk.Bytes);
                data = fields.Content;
            }
        }

        if (encoding != Xor)
        {
            return;
        }

        for (var samples = new XorChunk(data); samples.MoveNext();)
        {
            into.Add(samples.TimestampMs, samples.Value);
        }
    }

    private static void TakeSeries(ReadOnlySpan<byte> series, int offset, LabelSetBuilder labels, RemoteBatch into)
    {
        TakeLabels(series, offset, labels);
        into.Begin(labels);
        for (var fields = new ProtobufWalk(series, offset); into.IsWanted && fields.MoveNext();)
        {
            if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                var (timestampMs, value) = ProtobufWalk.ReadSample(fields.Content, fields.ContentOffset);
                into.Add(timestampMs, value);
            }
        }
    }

    private static void TakeLabels(ReadOnlySpan<byte> series, int offset, LabelSetBuilder labels)
    {
        labels.Clear();
        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field != 1)
            {
                continue;
            }

            fields.Expect(ProtobufWalk.Bytes);
            ReadOnlySpan<byte> name = default;
            ReadOnlySpan<byte> value = default;
            for (var label = new ProtobufWalk(fields.Content, fields.ContentOffset); label.MoveNext();)
            {
                label.Expect(ProtobufWalk.Bytes);
                if (label.Field == 1)
                {
                    name = label.Content;
                }
                else if (label.Field == 2)
                {
                    value = label.Content;
                }
            }

            if (name.IsEmpty || !System.Text.Unicode.Utf8.IsValid(name) || !System.Text.Unicode.Utf8.IsValid(value))
            {
                throw new WireFormatException($"a label that has no name, or is no UTF-8: {Encoding.UTF8.GetString(name)}", fields.ContentOffset);
            }

            labels.Add(name, value);
        }
    }
}
