using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Ampacity.Tsdb;

/// <summary>What stands in a block's <c>block.json</c>: its span, its counts, and length and checksums of every other file.</summary>
internal sealed record BlockMeta
{
    /// <summary>File name.</summary>
    public const string FileName = "block.json";

    /// <summary>Version written.</summary>
    public const int Version = 1;

    // A row group of 131,072 samples takes about 70 bytes here: 64 MiB are 10^11 samples.
    private const long MaxBytes = 64 << 20;

    private const string ChecksumZero = "0000000000000000";
    private static readonly byte[] ChecksumPrefix = "{\"checksum\":\""u8.ToArray();

    /// <summary>Span of time and sequence, as in the folder's name.</summary>
    public required BlockName Name { get; init; }

    /// <summary>What kind of block it is: <c>samples</c>, or a tier.</summary>
    public required string Kind { get; init; }

    /// <summary>Series in it.</summary>
    public required int Series { get; init; }

    /// <summary>Polls in it.</summary>
    public required int Polls { get; init; }

    /// <summary>Samples in it.</summary>
    public required long Samples { get; init; }

    /// <summary>Seed of the series' hashes.</summary>
    public required long HashSeed { get; init; }

    /// <summary>Blocks that were merged into this one, and count no more once it is there.</summary>
    public IReadOnlyList<BlockName> Replaces { get; init; } = [];

    /// <summary>The Parquet files.</summary>
    public required IReadOnlyList<PartFile> Files { get; init; }

    /// <summary>Bytes of the whole folder, this file included.</summary>
    public long Bytes { get; init; }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("checksum", ChecksumZero);
            json.WriteNumber("version", Version);
            json.WriteString("kind", Kind);
            json.WriteNumber("fromMs", Name.FromMs);
            json.WriteNumber("throughMs", Name.ThroughMs);
            json.WriteNumber("sequence", Name.Sequence);
            json.WriteNumber("series", Series);
            json.WriteNumber("polls", Polls);
            json.WriteNumber("samples", Samples);
            json.WriteString("hashSeed", Hex(unchecked((ulong)HashSeed)));
            json.WriteStartArray("replaces");
            foreach (var name in Replaces)
            {
                json.WriteStringValue(name.ToString());
            }

            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var file in Files)
            {
                Write(json, file);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Sealed(buffer.ToArray());
    }

    /// <summary>The bytes with the checksum that they should have.</summary>
    public static byte[] Sealed(byte[] bytes)
    {
        Encoding.ASCII.GetBytes(ChecksumZero, bytes.AsSpan(ChecksumPrefix.Length));
        Encoding.ASCII.GetBytes(Hex(XxHash3.HashToUInt64(bytes)), bytes.AsSpan(ChecksumPrefix.Length));
        return bytes;
    }

    /// <summary>Reads a block's meta file; null with the reason when it is not whole.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses.</exception>
    public static BlockMeta? TryRead(string folder, out string? damage)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists)
        {
            damage = $"{FileName} is missing";
            return null;
        }

        if (file.Length > MaxBytes)
        {
            damage = $"{FileName} has {file.Length} bytes; at most {MaxBytes} can be right";
            return null;
        }

        var bytes = File.ReadAllBytes(file.FullName);
        return TryRead(bytes, out damage) is { } meta ? meta with { Bytes = bytes.Length + meta.Files.Sum(part => part.Bytes) } : null;
    }

    /// <summary>Reads the bytes of a meta file; null with the reason when they are not one.</summary>
    public static BlockMeta? TryRead(byte[] bytes, out string? damage)
    {
        var digits = bytes.Length > ChecksumPrefix.Length + ChecksumZero.Length ? bytes.AsSpan(ChecksumPrefix.Length, ChecksumZero.Length) : default;
        if (digits.IsEmpty || !bytes.AsSpan().StartsWith(ChecksumPrefix))
        {
            damage = $"{FileName} does not begin with its checksum";
            return null;
        }

        if (!Sealed(bytes.ToArray()).AsSpan(ChecksumPrefix.Length, ChecksumZero.Length).SequenceEqual(digits))
        {
            damage = $"the checksum of {FileName} is wrong";
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Read(json.RootElement, out damage);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            // Only a writer with a bug gets here: the checksum held.
            damage = $"{FileName} is not what it should be: {error.Message}";
            return null;
        }
    }

    private static BlockMeta? Read(JsonElement root, out string? damage)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version != Version)
        {
            damage = $"{FileName} has version {version}; this program reads version {Version}";
            return null;
        }

        damage = null;
        return new BlockMeta
        {
            Name = new BlockName(root.GetProperty("fromMs").GetInt64(), root.GetProperty("throughMs").GetInt64(), root.GetProperty("sequence").GetInt64()),
            Kind = root.GetProperty("kind").GetString() ?? "",
            Series = root.GetProperty("series").GetInt32(),
            Polls = root.GetProperty("polls").GetInt32(),
            Samples = root.GetProperty("samples").GetInt64(),
            HashSeed = unchecked((long)FromHex(root.GetProperty("hashSeed"))),
            Replaces = [.. root.GetProperty("replaces").EnumerateArray().Select(ReadName)],
            Files = [.. root.GetProperty("files").EnumerateArray().Select(ReadFile)],
        };
    }

    private static void Write(Utf8JsonWriter json, PartFile file)
    {
        json.WriteStartObject();
        json.WriteString("name", file.Name);
        json.WriteNumber("bytes", file.Bytes);
        json.WriteString("xxh3", Hex(file.Hash));
        json.WriteString("footerXxh3", Hex(file.FooterHash));
        json.WriteStartArray("groups");
        foreach (var group in file.Groups)
        {
            json.WriteStartArray();
            json.WriteNumberValue(group.Rows);
            json.WriteNumberValue(group.EndBytes);
            json.WriteStringValue(Hex(group.Hash));
            json.WriteNumberValue((int)group.Notes);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static PartFile ReadFile(JsonElement file) => new(
        file.GetProperty("name").GetString() ?? "",
        file.GetProperty("bytes").GetInt64(),
        FromHex(file.GetProperty("xxh3")),
        FromHex(file.GetProperty("footerXxh3")),
        [
            .. file.GetProperty("groups").EnumerateArray().Select(group => group.GetArrayLength() < 4
                ? throw new FormatException($"a row group of {group.GetArrayLength()} entries, not 4")
                : new PartGroup(group[0].GetInt32(), group[1].GetInt64(), FromHex(group[2]), (GroupNotes)group[3].GetInt32())),
        ]);

    private static BlockName ReadName(JsonElement text) =>
        BlockName.TryParse(text.GetString() ?? "", out var name) ? name : throw new FormatException($"{text} is no name of a block");

    private static string Hex(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong FromHex(JsonElement text) => ulong.Parse(text.GetString() ?? "", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
