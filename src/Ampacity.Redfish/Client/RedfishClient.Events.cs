namespace Ampacity.Redfish;

/// <content>Events: streams that a BMC holds open, and subscriptions by which it sends them. The only writes beside the session.</content>
public sealed partial class RedfishClient
{
    /// <summary>Opens a stream of Server-Sent Events; it stays open until it is disposed of or the BMC ends it.</summary>
    /// <param name="path">The event service's <c>ServerSentEventUri</c>, with its query.</param>
    /// <param name="lastEventId">Id of the newest frame that was taken, so that a BMC that can goes on from there; null at first.</param>
    /// <param name="cancellationToken">Ends the waiting for the stream, not the stream.</param>
    /// <returns>The stream, which is to be disposed of before this client; or none, and why.</returns>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public async Task<(RedfishEvents? Stream, RedfishAnswer Answer)> OpenEventsAsync(string path, string? lastEventId, CancellationToken cancellationToken)
    {
        RedfishEvents? stream = null;
        var answer = await InSlotAsync(
            () => WithLoginAsync(
                async login =>
                {
                    (stream, var opened) = await _transport.OpenEventsAsync(path, login, lastEventId, cancellationToken);
                    return opened;
                }, cancellationToken),
            cancellationToken);
        return (stream, answer);
    }

    /// <summary>Makes a subscription: the BMC sends events until it is deleted. Not cancelled: one whose answer is thrown away would stay.</summary>
    /// <param name="collection">Path of the event service's subscriptions.</param>
    /// <param name="body">JSON of an EventDestination.</param>
    /// <returns><see cref="RedfishAnswer.Location"/> or the body names what was made.</returns>
    public Task<RedfishAnswer> SubscribeAsync(string collection, byte[] body) => InSlotAsync(
        () => WithLoginAsync(login => _transport.SendAsync(HttpMethod.Post, collection, login, body, parse: false, _options.RequestTimeout, CancellationToken.None), CancellationToken.None),
        CancellationToken.None);

    /// <summary>Deletes a subscription. One that is not there is deleted.</summary>
    /// <returns>False where it may still stand.</returns>
    public async Task<bool> UnsubscribeAsync(string path)
    {
        var answer = await InSlotAsync(
            () => WithLoginAsync(login => _transport.SendAsync(HttpMethod.Delete, path, login, null, parse: false, _options.GoodbyeTimeout, CancellationToken.None), CancellationToken.None),
            CancellationToken.None);
        return answer.IsRead || answer.Outcome == RedfishOutcome.NotFound;
    }
}
