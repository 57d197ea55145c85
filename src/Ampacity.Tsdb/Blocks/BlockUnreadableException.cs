namespace Ampacity.Tsdb;

/// <summary>
/// The disk refuses to read a block. That says nothing of its bytes: the block stays where it is and in service, and what needed it fails.
/// </summary>
internal sealed class BlockUnreadableException : IOException
{
    /// <summary>Says which block, what was not read, and what to do.</summary>
    public BlockUnreadableException(string block, string reason, Exception inner)
        : base(
            $"block {block} cannot be read: {reason}. It was neither changed nor set aside, and is tried again whenever it is needed: check the disk; "
            + "if it stays so, copy the store's folder to a good disk, or stop the server and put the block's folder back from a backup",
            inner) => (Block, Reason) = (block, reason);

    /// <summary>Name of the block's folder.</summary>
    public string Block { get; }

    /// <summary>What was not read, and what the disk said.</summary>
    public string Reason { get; }
}
