using System.Text;
using Ampacity.Samples;
using Snappier;

namespace Ampacity.Collect;

/// <summary>
/// A request of Prometheus' remote read (prometheus/prometheus prompb/remote.proto, version 0.1.0): one query, and the answers that are taken,
/// streamed chunks before samples.
/// </summary>
internal static class RemoteReadRequest
{
    // ReadRequest.ResponseType.
    private const byte Samples = 0;
    private const byte StreamedXorChunks = 1;

    /// <summary>The body, a Snappy block.</summary>
    /// <param name="matchers">Conditions.</param>
    /// <param name="fromMs">Begin, inclusive.</param>
    /// <param name="throughMs">End, inclusive.</param>
    public static byte[] Write(IReadOnlyList<Matcher> matchers, long fromMs, long throughMs)
    {
        // ReadRequest { 1 queries { 1 start_timestamp_ms, 2 end_timestamp_ms, 3 matchers { 1 type, 2 name, 3 value } }, 2 accepted_response_types }
        var query = new WireWriter();
        query.Number(1, unchecked((ulong)fromMs));
        query.Number(2, unchecked((ulong)throughMs));
        foreach (var matcher in SelectorWriter.Conditions(matchers))
        {
            var one = new WireWriter();
            one.Number(1, (ulong)matcher.Kind);
            one.Bytes(2, Encoding.UTF8.GetBytes(matcher.Name));
            one.Bytes(3, Encoding.UTF8.GetBytes(matcher.Value));
            query.Bytes(3, one.Written);
        }

        var request = new WireWriter();
        request.Bytes(1, query.Written);
        request.Bytes(2, [StreamedXorChunks, Samples]);
        return Snappy.CompressToArray(request.Written);
    }
}
