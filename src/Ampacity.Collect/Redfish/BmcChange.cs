namespace Ampacity.Collect;

/// <summary>Why a BMC should be looked at again: what was planned there may no longer fit.</summary>
public enum BmcChangeKind
{
    /// <summary>It was silent and answers again: it may have booted, with other parts or other firmware.</summary>
    Returned,

    /// <summary>It says that it has booted since the poll before.</summary>
    Booted,

    /// <summary>A system that it manages was switched on or off: parts come and go with it.</summary>
    Power,

    /// <summary>Its firmware is another one.</summary>
    Firmware,

    /// <summary>A body names other values than before, or a planned resource is gone.</summary>
    Membership,
}

/// <summary>Something about a BMC has changed.</summary>
/// <param name="Mac">Which.</param>
/// <param name="Address">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Evidence">In words: the resource, and what it said before and now.</param>
public sealed record BmcChange(string Mac, Uri Address, BmcChangeKind Kind, string Evidence);
