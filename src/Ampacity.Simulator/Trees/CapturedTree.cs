using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Ampacity.Simulator;

/// <summary>Reads a packed tree: gzip, one resource a line, <c>{"path": …, "body": …}</c>.</summary>
internal static class CapturedTree
{
    /// <summary>Most resources: the largest known tree with all its log entries has 61,554 (a BlueField-3).</summary>
    public const int MaxResources = 100_000;

    /// <summary>Longest line, characters: the largest known body (24 h of history in one report) is 1.5 MB.</summary>
    public const int MaxLineChars = 16 << 20;

    /// <summary>Most unpacked characters in all: against bombs.</summary>
    public const long MaxChars = 256L << 20;

    /// <summary>Longest path; names of files stand there too in collections of fragments, which nobody can ask for.</summary>
    public const int MaxPathChars = 1_024;

    /// <summary>Deepest nesting; Redfish needs about 12.</summary>
    public const int MaxDepth = 64;

    /// <exception cref="InvalidDataException">The file is not a tree, or too large; the message says which line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<TreeTemplate> LoadAsync(string file, CancellationToken cancellationToken)
    {
        var raw = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var total = 0L;
        await using var stream = File.OpenRead(file);
        await using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
        var lines = new BoundedLines(reader, MaxLineChars);
        for (var number = 1; await NextAsync(file, lines, number, cancellationToken) is { } line; number++)
        {
            total += line.Length;
            if (total > MaxChars)
            {
                throw new InvalidDataException($"{file}, line {number}: more than {MaxChars >> 20} MB unpacked; is this a tree of one BMC?");
            }

            if (line.Length == 0)
            {
                continue;
            }

            var (path, body) = Parse(file, number, line);
            raw[path] = body;
            if (raw.Count > MaxResources)
            {
                throw new InvalidDataException($"{file}, line {number}: more than {MaxResources} resources; leave log entries out of the capture");
            }
        }

        return raw.Count > 0 ? CapturedTemplate.Of(raw) : throw new InvalidDataException($"{file}: no resource in it");
    }

    private static (string Path, byte[] Body) Parse(string file, int number, string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (entry.RootElement.ValueKind != JsonValueKind.Object || !entry.RootElement.TryGetProperty("path", out var path)
                || path.ValueKind != JsonValueKind.String || !entry.RootElement.TryGetProperty("body", out var body))
            {
                throw new InvalidDataException($"{file}, line {number}: not a resource {{\"path\": …, \"body\": …}}");
            }

            var key = path.GetString()!.TrimEnd('/');
            return key.Length <= MaxPathChars
                ? (key, Encoding.UTF8.GetBytes(body.GetRawText()))
                : throw new InvalidDataException($"{file}, line {number}: a path of {key.Length} characters; at most {MaxPathChars}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file}, line {number}: not a resource of a captured tree: {error.Message}"), error);
        }
    }

    private static async ValueTask<string?> NextAsync(string file, BoundedLines lines, int number, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.NextAsync(cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{file}, line {number}: not a gzip file of resources, one a line: {error.Message}", error);
        }
    }
}
