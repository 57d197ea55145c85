using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>Actions that have an effect here: a BMC's reset and a test event. Others are refused in words, not quietly taken.</summary>
internal static class BmcActions
{
    /// <summary>How long a BMC is away when it reboots; real ones take one to five minutes.</summary>
    public static readonly TimeSpan RebootTime = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(HttpContext context, string path, SimulatedBmc bmc)
    {
        var resource = path[..path.IndexOf("/Actions/", StringComparison.Ordinal)];
        if (bmc.Resources.Find(resource) is null)
        {
            await BmcReply.NotFoundAsync(context, path);
            return;
        }

        switch (TreeText.Last(path))
        {
            case "Manager.Reset":
                context.Response.StatusCode = 204;
                await context.Response.CompleteAsync();
                bmc.Reboot(RebootTime);
                break;
            case "EventService.SubmitTestEvent":
                if (await RequestBody.ReadAsync(context) is { } body)
                {
                    bmc.Publish(new SimulatedEvent(
                        RequestBody.Text(body, "MessageId") ?? "ResourceEvent.1.3.TestMessage", RequestBody.Text(body, "MessageSeverity") ?? "OK",
                        RequestBody.Text(body, "Message") ?? "Test message.", [], RequestBody.Text(body, "OriginOfCondition") ?? resource));
                    context.Response.StatusCode = 204;
                }

                break;
            default:
                await BmcReply.ErrorAsync(context, 400, "ActionNotSupported", $"{TreeText.Last(path)} is not simulated", TreeText.Last(path));
                break;
        }
    }
}
