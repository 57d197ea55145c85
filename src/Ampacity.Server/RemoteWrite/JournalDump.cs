using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>Prints the journal of a data folder as JSON lines (schemas/journal-record.schema.json), without opening the store.</summary>
public static class JournalDump
{
    /// <summary>Writes every whole record of every segment, oldest first.</summary>
    /// <param name="dataFolder">The data folder; a server may be using it.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <exception cref="StartException">There is no journal in that folder.</exception>
    public static void Write(string dataFolder, Stream output, CancellationToken cancellationToken)
    {
        var folder = JournalReader.FolderOf(Path.Combine(dataFolder, ServerHost.SamplesFolder));
        if (!Directory.Exists(folder))
        {
            throw new StartException($"{Path.GetFullPath(folder)} is not there: {dataFolder} is no data folder, or nothing was ever written to it.");
        }

        foreach (var segment in JournalReader.SegmentFiles(folder))
        {
            JournalReader.WriteJsonLines(segment, output, cancellationToken);
        }
    }
}
