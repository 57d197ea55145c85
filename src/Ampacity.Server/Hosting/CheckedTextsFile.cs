using Ampacity.Fleet;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Keeps <see cref="CheckedTexts"/> between two starts, in <c>checked-texts</c> of the data folder: a hash a line. Losing the file costs a slower start
/// and nothing else, and a line that is no hash of anything matches nothing.
/// </summary>
internal static class CheckedTextsFile
{
    private const string FileName = "checked-texts";

    // Over ten times what ships; a longer file is not ours.
    private const long MaxBytes = 1 << 20;

    // What another build of this program found right, this one may not.
    private static readonly string Version = typeof(CheckedTexts).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    /// <summary>Reads the file; empty when there is none, or when another build wrote it.</summary>
    public static CheckedTexts Read(string dataFolder)
    {
        var file = new FileInfo(Path.Combine(dataFolder, FileName));
        if (!file.Exists || file.Length > MaxBytes)
        {
            return new CheckedTexts([]);
        }

        try
        {
            var lines = File.ReadAllLines(file.FullName);
            return new CheckedTexts(lines.Length > 0 && lines[0] == Version ? lines[1..] : []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{file.FullName} cannot be read: {error.Message} Delete it: it only makes starts faster.", error);
        }
    }

    /// <summary>Writes the file when there is something new; a disk that refuses is logged, since nothing depends on it.</summary>
    public static void Keep(string dataFolder, CheckedTexts texts, ILogger log)
    {
        if (!texts.IsChanged)
        {
            return;
        }

        var path = Path.Combine(dataFolder, FileName);
        try
        {
            File.WriteAllLines(path + ".tmp", [Version, .. texts.Hashes]);
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{File} cannot be written, so the next start is slower: {Reason}", path, error.Message);
        }
    }
}
