namespace Ampacity.Tsdb;

/// <summary>What a <see cref="SampleStore"/> holds and has done since it was opened; one consistent moment.</summary>
/// <param name="Series">Series known: those with samples in the head, and those of blocks that are read.</param>
/// <param name="SeriesEnded">Series that ended and are not removed yet, because somebody may still read them.</param>
/// <param name="SeriesRemoved">Series removed since opening.</param>
/// <param name="SeriesNumbers">Numbers that stand for series or did: what columns by series have room for.</param>
/// <param name="Samples">Samples in the head.</param>
/// <param name="HeadBytes">Bytes of sample chunks allocated.</param>
/// <param name="LabelBytes">Bytes of label sets and their index keys.</param>
/// <param name="LabelPageBytes">Bytes of the pages that label sets lie in.</param>
/// <param name="Stored">Samples taken since opening.</param>
/// <param name="Duplicates">Samples dropped because the series had one at that time.</param>
/// <param name="TooOld">Samples refused as too old.</param>
/// <param name="TooNew">Samples refused as too far ahead.</param>
/// <param name="OutOfOrder">Samples taken that were behind their series' newest.</param>
/// <param name="Expired">Samples dropped because they fell behind the retention.</param>
/// <param name="SeriesRefused">Series refused because the store was full.</param>
/// <param name="JournalSegments">Segments on disk, the open one included.</param>
/// <param name="JournalBytes">Bytes written to the journal since opening.</param>
/// <param name="Fsyncs">Group commits.</param>
/// <param name="LastFsyncMs">How long the last write and fsync took, milliseconds.</param>
/// <param name="JournalUpkeepErrors">Failed attempts to delete or shrink an expired segment; tried again at the next.</param>
/// <param name="Blocks">Blocks served.</param>
/// <param name="BlockBytes">Bytes of their files.</param>
/// <param name="BlockSamples">Samples in them.</param>
/// <param name="BlocksSetAside">Blocks that are not served, with the reason: damaged ones, renamed, and those that the disk refused at the start.</param>
/// <param name="BlockReadErrors">How often the disk refused to read a block since opening; the block stays in service, and what needed it failed.</param>
/// <param name="Seals">Blocks written since opening.</param>
/// <param name="SealErrors">Seals that failed since opening; each is tried again.</param>
/// <param name="SealFailure">Why the last seal failed; null when it did not.</param>
/// <param name="SegmentsPacked">Segments of the journal that packed ones stand for since opening.</param>
/// <param name="PackErrors">Attempts at packing that failed since opening; each is tried again.</param>
/// <param name="PackFailure">Why the last attempt failed; null when it did not.</param>
/// <param name="Tiers">The tiers, 1 minute and 1 hour.</param>
/// <param name="TierSeconds">Time spent on making and merging tiers since opening, seconds, rests included.</param>
/// <param name="TierErrors">Attempts at tiers that failed since opening; each is tried again.</param>
/// <param name="TierFailure">Why the last attempt failed; null when it did not.</param>
/// <param name="RawFromMs">Samples answer from here on, tiers before, UTC milliseconds; null as long as retention has let nothing go.</param>
/// <param name="Selections">Selections of series kept for the next query.</param>
/// <param name="SelectionBytes">About what they take in memory.</param>
/// <param name="SelectionHits">How often a read found its selection there, since opening.</param>
/// <param name="SelectionMisses">How often it had to be made.</param>
/// <param name="Failure">Why the store takes no more samples, or null.</param>
/// <param name="Open">What opening found.</param>
public sealed record StoreStatistics(
    int Series,
    int SeriesEnded,
    long SeriesRemoved,
    int SeriesNumbers,
    long Samples,
    long HeadBytes,
    long LabelBytes,
    long LabelPageBytes,
    long Stored,
    long Duplicates,
    long TooOld,
    long TooNew,
    long OutOfOrder,
    long Expired,
    long SeriesRefused,
    int JournalSegments,
    long JournalBytes,
    long Fsyncs,
    double LastFsyncMs,
    long JournalUpkeepErrors,
    int Blocks,
    long BlockBytes,
    long BlockSamples,
    IReadOnlyList<string> BlocksSetAside,
    long BlockReadErrors,
    long Seals,
    long SealErrors,
    string? SealFailure,
    long SegmentsPacked,
    long PackErrors,
    string? PackFailure,
    IReadOnlyList<TierStatistics> Tiers,
    double TierSeconds,
    long TierErrors,
    string? TierFailure,
    long? RawFromMs,
    int Selections,
    long SelectionBytes,
    long SelectionHits,
    long SelectionMisses,
    string? Failure,
    OpenReport Open);
