using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Opens every file that a copy of the store needs. Called under the store's lock.</summary>
internal static class StoreBackup
{
    public static IReadOnlyList<BackupPart> Open(string folder, JournalWriter journal, StoreBlocks blocks)
    {
        var parts = new List<BackupPart>();
        try
        {
            // The cut before the blocks: what it covers is in one of them.
            var cut = Path.Combine(JournalReader.FolderOf(folder), JournalCut.FileName);
            if (File.Exists(cut))
            {
                parts.Add(BackupPart.Open(folder, cut, bytes: null));
            }

            var held = blocks.Hold(set => set.All.Select(block => new BlockSpan(block, 0, 0)).ToArray());
            try
            {
                // The cut of samples after the blocks are held: before a newer one tiers answer, and they are among those held.
                var rawCut = Path.Combine(Path.GetDirectoryName(blocks.FolderOf(BlockKind.Minutes))!, RawCut.FileName);
                if (File.Exists(rawCut))
                {
                    parts.Add(BackupPart.Open(folder, rawCut, bytes: null));
                }

                foreach (var file in held.SelectMany(span => Directory.EnumerateFiles(span.Block.Reader.Folder)))
                {
                    parts.Add(BackupPart.Open(folder, file, bytes: null));
                }
            }
            finally
            {
                StoreBlocks.Release(held);
            }

            // An open file stays readable when upkeep deletes it; one that is gone already held nothing worth keeping.
            foreach (var segment in journal.Sealed.Where(segment => File.Exists(segment.Path)))
            {
                parts.Add(BackupPart.Open(folder, segment.Path, bytes: null));
            }

            var (path, bytes) = journal.Committed;
            parts.Add(BackupPart.Open(folder, path, bytes));
            return parts;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }

            throw new SeriesStoreException($"the samples in {folder} cannot be copied ({error.Message}): try again", error);
        }
    }
}
