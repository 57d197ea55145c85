namespace Ampacity.Collect;

/// <summary>Which remote write a receiver is sent.</summary>
public enum ForwardProtocol
{
    /// <summary>1.0, prometheus.WriteRequest: every receiver reads it.</summary>
    V1,

    /// <summary>2.0, io.prometheus.write.v2.Request: smaller, with metadata, and the receiver says how much it wrote. Where it is not read, 1.0 is sent.</summary>
    V2,
}

/// <summary>What a request of each version says of itself.</summary>
internal static class ForwardProtocolHeaders
{
    /// <summary>What a 2.0 receiver says that it wrote (remote write 2.0 specification, "Required Written Response Headers").</summary>
    public const string SamplesWritten = "X-Prometheus-Remote-Write-Samples-Written";

    private const string Version = "X-Prometheus-Remote-Write-Version";

    /// <summary>Says which version a request is of, and that it is a Snappy block.</summary>
    public static void SayOn(this ForwardProtocol protocol, HttpRequestMessage request, HttpContent content)
    {
        // 1.0 senders say no proto: some 1.0 receivers compare the type as a whole.
        content.Headers.TryAddWithoutValidation("Content-Type", protocol == ForwardProtocol.V1 ? "application/x-protobuf" : "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        content.Headers.ContentEncoding.Add("snappy");
        request.Headers.TryAddWithoutValidation(Version, protocol == ForwardProtocol.V1 ? "0.1.0" : "2.0.0");
        request.Content = content;
    }
}
