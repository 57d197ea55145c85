using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Ampacity.Load;

/// <summary>Asks another .NET process for a full collection: what its heap holds then is what lives, not what waits for the next collection.</summary>
internal static class FullCollection
{
    // GCHeapCollectKeyword of the runtime's own events: a session that begins with it collects once.
    private const long HeapCollect = 0x800000;

    // A heap of some hundred megabytes is collected in a tenth of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task AskAsync(int processId, TimeProvider time)
    {
        using var session = new DiagnosticsClient(processId).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, HeapCollect)], requestRundown: false, circularBufferMB: 10);
        var drained = session.EventStream.CopyToAsync(Stream.Null);
        await Task.Delay(Patience, time);
        await session.StopAsync(CancellationToken.None);
        await drained;
    }
}
