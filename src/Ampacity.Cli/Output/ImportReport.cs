using System.Text;

namespace Ampacity.Cli;

/// <summary>The report of an import, whole, in a file of its own.</summary>
internal static class ImportReport
{
    /// <summary>Opens the report's file; null for none. Before the work, so that nothing is imported without the report that was asked for.</summary>
    /// <exception cref="RefusedException">It cannot be written.</exception>
    public static StreamWriter? Open(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: the report cannot be written: {error.Message}", null);
        }
    }
}
