namespace Ampacity.Tsdb;

/// <summary>A block is not as it was written: the store sets it aside (<see cref="BlockFolder.SetAside"/>) and serves the rest.</summary>
internal sealed class BlockDamagedException : Exception
{
    /// <summary>Says which block and what is wrong with it.</summary>
    public BlockDamagedException(string block, string reason, Exception? inner = null)
        : base($"block {block} is damaged: {reason}", inner) => (Block, Reason) = (block, reason);

    /// <summary>Name of the block's folder.</summary>
    public string Block { get; }

    /// <summary>What is wrong, with file and place.</summary>
    public string Reason { get; }
}
