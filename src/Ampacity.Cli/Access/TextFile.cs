using System.Text;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>Reads a file that is sent as text, up to the size that the server reads: a file of gigabytes is refused before it fills the memory.</summary>
internal static class TextFile
{
    /// <summary>The text, by its byte order mark or as UTF-8.</summary>
    /// <exception cref="RefusedException">It cannot be read, or is too long.</exception>
    public static string Read(string path)
    {
        try
        {
            // Counted as it comes: a pipe or a device says no length.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (file.Read(buffer) is var read and > 0)
            {
                if (bytes.Length + read > FileText.MaxBytes)
                {
                    throw new RefusedException(
                        $"{path}:1: $: the file has more than {FileText.MaxBytes >> 20} MiB; split it into files of at most that [too-long]\nNothing was applied.", null);
                }

                bytes.Write(buffer, 0, read);
            }

            bytes.Position = 0;
            using var text = new StreamReader(bytes, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return text.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read: {error.Message}", null);
        }
    }
}
