using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Ampacity.Tests;

/// <summary>A captured tree, one resource a line.</summary>
internal static class PackedTree
{
    /// <summary>Path and body of each resource that has one, in the file's order.</summary>
    public static IEnumerable<(string Path, byte[] Body)> Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var entry = JsonElement.Parse(line);
            if (entry.TryGetProperty("body", out var body) && entry.TryGetProperty("path", out var path))
            {
                yield return (path.GetString() ?? "", Encoding.UTF8.GetBytes(body.GetRawText()));
            }
        }
    }
}
