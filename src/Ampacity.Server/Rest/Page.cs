namespace Ampacity.Server;

/// <summary>The shape of every list: items, where the next page begins, and which fleet they describe.</summary>
/// <typeparam name="T">One item.</typeparam>
/// <param name="Items">The items, in the order that the resource documents.</param>
/// <param name="Next">Give this as <c>after</c> (changes: <c>before</c>) to go on; null at the end.</param>
/// <param name="AsOfMs">Instant that the items describe, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in them.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next, long AsOfMs, string Revision);
