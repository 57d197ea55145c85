using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>The resources of a BMC by path, as they are before a tray makes them its own. Shared between trays.</summary>
/// <remarks>Immutable after it is made, any thread.</remarks>
internal sealed class BmcTree
{
    private readonly Dictionary<string, byte[]> _bodies;

    public BmcTree(Dictionary<string, byte[]> bodies) => _bodies = bodies;

    public int Count => _bodies.Count;

    public bool TryGet(string path, out ReadOnlySpan<byte> body)
    {
        var found = _bodies.TryGetValue(path, out var bytes);
        body = bytes;
        return found;
    }

    /// <summary>The text at a property of a resource, or null.</summary>
    public string? Text(string path, string property) =>
        _bodies.TryGetValue(path, out var body) && JsonNode.Parse(body) is JsonObject resource && resource[property] is JsonValue value
            && value.TryGetValue<string>(out var text) ? text : null;

    /// <exception cref="InvalidDataException">The file is not a tree; the message says which line.</exception>
    public static async Task<BmcTree> LoadAsync(string file, CancellationToken cancellationToken)
    {
        var bodies = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var stream = File.OpenRead(file);
        await using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        for (var number = 1; await ReadLineAsync(file, reader, cancellationToken) is { } line; number++)
        {
            try
            {
                var entry = JsonElement.Parse(line);
                if (entry.TryGetProperty("path", out var path) && entry.TryGetProperty("body", out var body))
                {
                    var key = path.GetString()!.TrimEnd('/');
                    bodies[key] = JsonSerializer.SerializeToUtf8Bytes(body);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException($"{file}, line {number}: not a resource of a captured tree: {e.Message}", e);
            }
        }

        return bodies.Count > 0 ? new BmcTree(bodies) : throw new InvalidDataException($"{file}: no resource in it");
    }

    private static async ValueTask<string?> ReadLineAsync(string file, StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{file} is not a gzip file of resources, one a line: {e.Message}", e);
        }
    }
}
