using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>How far reading is.</summary>
/// <param name="Collection">List that is being read, such as <c>devices</c>.</param>
/// <param name="Objects">Objects of it so far.</param>
/// <param name="Of">How many it has; null if NetBox does not say.</param>
/// <param name="RequestCount">Requests so far, of all lists.</param>
/// <param name="ByteCount">Bytes so far, of all lists.</param>
public sealed record NetBoxProgress(string Collection, int Objects, long? Of, int RequestCount, long ByteCount);

/// <summary>What reading an instance gave: an export, or errors that name address, object and field, never both.</summary>
/// <param name="Export">What the instance says; null if there are errors.</param>
/// <param name="Errors">What was wrong: the file of each is the address that was asked.</param>
/// <param name="RequestCount">Requests, repeated ones included.</param>
/// <param name="RetryCount">Of them those that repeated a failed one.</param>
/// <param name="ByteCount">Bytes of all answers, unpacked.</param>
public sealed record NetBoxReading(
    NetBoxExport? Export, IReadOnlyList<FileError> Errors, int RequestCount, int RetryCount, long ByteCount);
