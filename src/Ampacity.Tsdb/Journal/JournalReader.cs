using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads journal segments for people and tools: each record as a line of JSON (schemas/journal-record.schema.json).</summary>
/// <remarks>Reads only, so it may look into the folder of a running store: it sees whole records.</remarks>
public static class JournalReader
{
    /// <summary>The journal's folder inside a store's.</summary>
    public static string FolderOf(string storeFolder) => Path.Combine(storeFolder, "journal");

    /// <summary>The segment files of a journal folder, oldest first.</summary>
    public static IReadOnlyList<string> SegmentFiles(string journalFolder) =>
        !Directory.Exists(journalFolder) ? []
            : [.. Directory.EnumerateFiles(journalFolder, "*.journal").Where(path => OrdinalOf(path) > 0).OrderBy(OrdinalOf)];

    /// <summary>Writes every record of a segment as a line, in the order of the file; bytes that are no record are a line too.</summary>
    /// <exception cref="SeriesStoreException">The file cannot be read or is no segment.</exception>
    public static void WriteJsonLines(string segmentFile, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        byte[] bytes;
        SegmentHeader header;
        try
        {
            bytes = ReadWhile(segmentFile);
            if (!JournalFormat.TryReadSegmentHeader(bytes, out header))
            {
                throw new SeriesStoreException($"{segmentFile} is not a journal segment: its header is damaged or of something else");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SeriesStoreException($"journal segment {segmentFile} cannot be read: {error.Message}", error);
        }

        // Lines for a terminal and for tools, never for a page of HTML: only what JSON itself asks for is escaped.
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("kind", "segment");
        json.WriteNumber("segment", header.Ordinal);
        json.WriteNumber("version", header.IsPacked ? JournalFormat.PackedVersion : JournalFormat.Version);
        json.WriteString("run", header.RunId.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteNumber("createdMs", header.CreatedMs);
        if (header.Replaces > 0)
        {
            json.WriteNumber("replaces", header.Replaces);
        }

        EndLine(json, output);
        for (var walk = new JournalWalk(bytes, header); walk.MoveNext();)
        {
            cancellationToken.ThrowIfCancellationRequested();
            json.WriteStartObject();
            Write(json, walk);
            json.WriteNumber("segment", header.Ordinal);
            json.WriteNumber("offset", walk.Offset);
            json.WriteNumber("bytes", walk.Length);
            EndLine(json, output);
        }
    }

    internal static long OrdinalOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : 0;

    // Another process may hold the segment open for writing.
    private static byte[] ReadWhile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length <= Array.MaxLength ? (int)file.Length : throw new IOException($"it has {file.Length} bytes, more than a segment can have")];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).ToArray();
    }

    private static void Write(Utf8JsonWriter json, in JournalWalk walk)
    {
        if (walk.Step is WalkStep.Record && walk.Kind is JournalRecordKind.Series && AreCanonical(walk.Payload))
        {
            WriteSeries(json, walk.Payload);
        }
        else if (walk.Step is WalkStep.Record && walk.Kind is JournalRecordKind.Samples && SamplesPayload.TryRead(walk.Payload, out var samples))
        {
            WriteSamples(json, samples);
        }
        else if (walk.Step is WalkStep.Record && walk.Kind is JournalRecordKind.Packed && PackedPayload.TryRead(walk.Payload, out var packed))
        {
            WritePacked(json, packed);
        }
        else
        {
            json.WriteString("kind", walk.Step is WalkStep.TornTail ? "torn" : "damaged");
        }
    }

    // A record whose checksum holds and whose labels are none was written by somebody else; a start sets it aside too.
    private static bool AreCanonical(ReadOnlySpan<byte> payload)
    {
        for (var entries = new SeriesPayload(payload); entries.MoveNext();)
        {
            if (!LabelSetBuilder.IsCanonical(entries.CanonicalLabels))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteSeries(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        json.WriteString("kind", "series");
        json.WriteStartArray("series");
        for (var entries = new SeriesPayload(payload); entries.MoveNext();)
        {
            json.WriteStartObject();
            json.WriteNumber("number", entries.Number);
            json.WriteStartObject("labels");
            for (var labels = new LabelSet.Enumerator(entries.CanonicalLabels); labels.MoveNext();)
            {
                var label = labels.Current;
                json.WriteString(label.NameBytes, label.ValueBytes);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSamples(Utf8JsonWriter json, in SamplesPayload samples)
    {
        json.WriteString("kind", "samples");
        json.WriteStartArray("polls");
        for (var i = 0; i < samples.PollCount; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("timestampMs", samples.PollAt(i).TimestampMs);
            json.WriteNumber("count", samples.PollAt(i).SampleCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("seriesNumbers");
        foreach (var number in samples.SeriesNumbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
        json.WriteStartArray("values");
        foreach (var value in samples.Values)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
        if (!samples.HasQualities)
        {
            return;
        }

        json.WriteStartArray("qualities");
        for (var i = 0; i < samples.Count; i++)
        {
            json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(samples.QualityAt(i).ToString()));
        }

        json.WriteEndArray();
    }

    private static void WritePacked(Utf8JsonWriter json, in PackedPayload packed)
    {
        json.WriteString("kind", "packed");
        json.WriteStartArray("seriesNumbers");
        foreach (var number in packed.SeriesNumbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
        json.WriteStartArray("polls");
        var blob = new UnpackedBlob(packed.Blob, packed.SeriesNumbers.Length);
        for (var poll = 0; poll < blob.Polls; poll++)
        {
            json.WriteStartObject();
            json.WriteNumber("timestampMs", blob.TimeOf(poll));
            json.WriteStartArray("values");
            for (var member = 0; member < packed.SeriesNumbers.Length; member++)
            {
                if (blob.TryGet(poll, member, out var value, out _))
                {
                    WriteValue(json, value);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // JSON has no NaN; its bits are what tells one from another.
    private static void WriteValue(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else if (StaleMarker.Is(value))
        {
            json.WriteStringValue("stale");
        }
        else if (double.IsNaN(value))
        {
            json.WriteStringValue("NaN:" + BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteStringValue(value > 0 ? "+Inf" : "-Inf");
        }
    }

    private static void EndLine(Utf8JsonWriter json, Stream output)
    {
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
        json.Reset();
    }
}
