using System.Net.Sockets;

namespace Ampacity.Redfish;

/// <content>Answers that do not end.</content>
internal sealed partial class RedfishTransport
{
    public async Task<(RedfishEvents? Stream, RedfishAnswer Answer)> OpenEventsAsync(
        string path, RedfishLogin? login, string? lastEventId, CancellationToken cancellationToken)
    {
        if (!IsOwnPath(path))
        {
            return (null, RedfishAnswer.Failed(RedfishOutcome.BadLink, 0, "the address of the event stream is not a path below /redfish: not opened"));
        }

        using var timer = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var request = RequestOf(HttpMethod.Get, path, login, "text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        Interlocked.Increment(ref _requestCount);
        HttpResponseMessage? response = null;
        try
        {
            response = await _connections.SendAsync(request, _trust, both.Token);
            var type = response.Content.Headers.ContentType?.MediaType;
            if (!response.IsSuccessStatusCode)
            {
                var buffer = new BodyBuffer();
                var refused = await TakeAsync(response, path, parse: false, buffer, both.Token);
                buffer.Release();
                return (null, refused);
            }

            if (type is not "text/event-stream")
            {
                return (null, RedfishAnswer.Failed(RedfishOutcome.NotJson, (int)response.StatusCode, $"{path}: {type ?? "no type"}, not text/event-stream"));
            }

            var stream = new RedfishEvents(response, await response.Content.ReadAsStreamAsync(both.Token), _options.MaxEventBytes);
            response = null;
            return (stream, new RedfishAnswer(RedfishOutcome.Read, 200, default, default, ""));
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or SocketException)
        {
            // Torn down because nobody waits any more.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (Exception e) when (FailureOf(e, HttpMethod.Get, path, _options.RequestTimeout, both.IsCancellationRequested, cancellationToken) is { } failure)
        {
            return (null, failure);
        }
        finally
        {
            response?.Dispose();
        }
    }
}
