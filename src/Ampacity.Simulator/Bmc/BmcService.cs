using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>What a BMC answers: reads with query parameters, sessions, subscriptions, settings and actions; the rest is refused as a BMC would.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BmcService(SimulatedBmc bmc, BmcSurroundings around)
{
    private const string Root = "/redfish/v1";
    private const string Sessions = "/redfish/v1/SessionService/Sessions";
    private const string Subscriptions = "/redfish/v1/EventService/Subscriptions";

    public Task AnswerAsync(HttpContext context, string path)
    {
        context.Response.Headers["OData-Version"] = "4.0";
        context.Response.Headers.CacheControl = "no-cache";
        var request = context.Request;
        if (request.Headers["OData-Version"] is { Count: > 0 } version && version.ToString() != "4.0")
        {
            return BmcReply.ErrorAsync(context, 412, "HeaderInvalid", "OData-Version: only 4.0 is spoken here", "OData-Version");
        }

        var method = request.Method;
        var isRead = method is "GET" or "HEAD";
        if (isRead && path is Root && !request.QueryString.HasValue)
        {
            return WriteAsync(context, path, bmc.Resources.Find(path));
        }

        if (isRead && path is "/redfish" or Root + "/odata" or Root + "/$metadata")
        {
            return ServiceDocument.WriteAsync(context, path, bmc.Resources);
        }

        if (method == "POST" && path is Sessions or Sessions + "/Members")
        {
            return OpenSessionAsync(context);
        }

        if (path != Root && path != "/redfish" && !around.Login.IsAuthorized(request, bmc.Sessions))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"bmc\"";
            return BmcReply.ErrorAsync(context, 401, "ResourceAtUriUnauthorized", "no valid session token or account was given", path);
        }

        return method switch
        {
            "GET" or "HEAD" => GetAsync(context, path),
            "DELETE" => DeleteAsync(context, path),
            "POST" => PostAsync(context, path),
            "PATCH" => PatchAsync(context, path),
            "PUT" or "OPTIONS" or "TRACE" or "CONNECT" => BmcReply.RefuseMethodAsync(context, Allowed(path)),
            _ => BmcReply.ErrorAsync(context, 501, "ActionNotSupported", $"the method {method} is not known here", method),
        };
    }

    private Task GetAsync(HttpContext context, string path)
    {
        if (path == bmc.Resources.Template.EventStream)
        {
            return StreamAsync(context);
        }

        var (query, status, reason) = context.Request.QueryString.HasValue || bmc.Behaviour.PageSize is not null
            ? QueryParameters.Read(context.Request.QueryString.Value ?? "", bmc.Resources.Template.Features, bmc.Behaviour)
            : (null, 200, null);
        if (reason is not null)
        {
            return BmcReply.ErrorAsync(context, status, status == 501 ? "QueryNotSupported" : "QueryParameterValueFormatError", reason);
        }

        var made = Made(path);
        if (query is null)
        {
            return made is null ? WriteAsync(context, path, bmc.Resources.Find(path)) : WriteMadeAsync(context, path, made);
        }

        var answer = made is null ? bmc.Resources.Ask(path, query) : query.Answer(path, found => Made(found) ?? bmc.Resources.Parse(found), bmc.Resources.Template.Holes);
        return answer.Status is 200 or 404
            ? WriteAsync(context, path, answer.Body)
            : BmcReply.ErrorAsync(context, answer.Status, answer.Status == 507 ? "InsufficientStorage" : "InternalError", answer.Reason!);
    }

    private Task WriteAsync(HttpContext context, string path, LiveBody? body)
    {
        if (body is null)
        {
            return BmcReply.NotFoundAsync(context, path);
        }

        if (bmc.Faults is not null && context.Features.Get<AnswerMerges>() is { } merges)
        {
            body = merges.Into(body, bmc.Resources);
        }

        var moment = bmc.Now();
        context.Response.Headers.Allow = Allowed(path);
        return BmcReply.WriteAsync(context, body, in moment);
    }

    private static Task WriteMadeAsync(HttpContext context, string path, JsonObject made)
    {
        context.Response.Headers.Allow = Allowed(path);
        return BmcReply.WriteAsync(context, 200, made);
    }

    // Sessions and subscriptions come and go: no template has them. Null for all else, and for those that are gone.
    private JsonObject? Made(string path)
    {
        if (path == Sessions)
        {
            return Collection(path, "Session", bmc.Sessions.Ids);
        }

        if (path.StartsWith(Sessions + "/", StringComparison.Ordinal))
        {
            return bmc.Sessions.Ids.Contains(path[(Sessions.Length + 1)..], StringComparer.Ordinal) ? Session(path) : null;
        }

        if (!path.StartsWith(Subscriptions, StringComparison.Ordinal) || bmc.Resources.Find(Subscriptions) is null)
        {
            return null;
        }

        return path == Subscriptions ? Collection(path, "EventDestination", bmc.Events.Subscriptions.Select(known => known.Id))
            : bmc.Events.Subscriptions.FirstOrDefault(known => path == $"{Subscriptions}/{known.Id}") is { } subscription ? BmcEvents.ToJson(subscription, Subscriptions)
            : null;
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var filter = context.Request.Query["$filter"].ToString();
        using var stream = new EventStream(filter.Contains("MetricReport", StringComparison.Ordinal));
        if (!bmc.Events.TryAdd(stream))
        {
            await BmcReply.BusyAsync(context, 60, $"{BmcEvents.MaxStreams} streams are open, or {BmcEvents.MaxSubscriptions} subscriptions with them");
            return;
        }

        try
        {
            await stream.RunAsync(context, bmc.Resources, around.Time, bmc.Now);
        }
        finally
        {
            bmc.Events.Remove(stream);
        }
    }

    private async Task OpenSessionAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context) is not { } login)
        {
            return;
        }

        var (name, secret) = (RequestBody.Text(login, "UserName"), RequestBody.Text(login, "Password"));
        if (name is null || secret is null)
        {
            await BmcReply.ErrorAsync(context, 400, "PropertyMissing", "a login is {\"UserName\": …, \"Password\": …}", name is null ? "UserName" : "Password");
        }
        else if (!around.Login.IsAccount(name, secret))
        {
            await BmcReply.ErrorAsync(context, 401, "ResourceAtUriUnauthorized", "the account or its password is wrong", Sessions);
        }
        else if (bmc.Sessions.Open() is not { } session)
        {
            await BmcReply.ErrorAsync(context, 503, "SessionLimitExceeded", $"all {bmc.Sessions.Limit} sessions are in use");
        }
        else
        {
            var path = $"{Sessions}/{session.Id}";
            context.Response.Headers["X-Auth-Token"] = session.Token;
            context.Response.Headers.Location = path;
            await BmcReply.WriteAsync(context, 201, Session(path));
        }
    }

    private Task DeleteAsync(HttpContext context, string path)
    {
        var gone = path.StartsWith(Sessions + "/", StringComparison.Ordinal) ? bmc.Sessions.Close(path[(Sessions.Length + 1)..])
            : path.StartsWith(Subscriptions + "/", StringComparison.Ordinal) ? bmc.Events.Unsubscribe(path[(Subscriptions.Length + 1)..])
            : (bool?)null;
        if (gone is null)
        {
            return bmc.Resources.Find(path) is null ? BmcReply.NotFoundAsync(context, path) : BmcReply.RefuseMethodAsync(context, Allowed(path));
        }

        if (gone == false)
        {
            return BmcReply.NotFoundAsync(context, path);
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task PostAsync(HttpContext context, string path)
    {
        if (path is Subscriptions or Subscriptions + "/Members" && bmc.Resources.Find(Subscriptions) is not null)
        {
            return SubscribeAsync(context);
        }

        if (path.Contains("/Actions/", StringComparison.Ordinal))
        {
            return BmcActions.RunAsync(context, path, bmc);
        }

        return bmc.Resources.Find(path) is null ? BmcReply.NotFoundAsync(context, path) : BmcReply.RefuseMethodAsync(context, Allowed(path));
    }

    private async Task SubscribeAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context) is not { } body)
        {
            return;
        }

        var (destination, format) = (RequestBody.Text(body, "Destination"), RequestBody.Text(body, "EventFormatType") ?? "Event");
        if (RequestBody.Text(body, "Protocol") is not "Redfish" || destination is null)
        {
            await BmcReply.ErrorAsync(context, 400, "PropertyMissing", "a subscription is {\"Destination\": …, \"Protocol\": \"Redfish\"}", destination is null ? "Destination" : "Protocol");
        }
        else if (!Uri.TryCreate(destination, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await BmcReply.ErrorAsync(context, 400, "PropertyValueFormatError", "Destination is an absolute http or https address", destination, "Destination");
        }
        else if (format is not ("Event" or "MetricReport"))
        {
            await BmcReply.ErrorAsync(context, 400, "PropertyValueNotInList", "EventFormatType is Event or MetricReport", format, "EventFormatType");
        }
        else if (bmc.Events.Subscribe(uri, RequestBody.Text(body, "Context"), format, RequestBody.Text(body, "DeliveryRetryPolicy") ?? "TerminateAfterRetries") is not { } subscription)
        {
            await BmcReply.ErrorAsync(context, 503, "EventSubscriptionLimitExceeded", $"there are {BmcEvents.MaxSubscriptions} subscriptions; delete one");
        }
        else
        {
            if (format == "MetricReport")
            {
                around.Push.SendReports(subscription, Reports);
            }

            context.Response.Headers.Location = $"{Subscriptions}/{subscription.Id}";
            await BmcReply.WriteAsync(context, 201, BmcEvents.ToJson(subscription, Subscriptions));
        }
    }

    private IEnumerable<byte[]> Reports()
    {
        foreach (var path in EventStream.ReportPaths(bmc.Resources))
        {
            if (bmc.Resources.Find(path) is { } report)
            {
                using var buffer = new Utf8Buffer();
                var moment = bmc.Now();
                report.Write(in moment, buffer);
                yield return buffer.Memory.ToArray();
            }
        }
    }

    private async Task PatchAsync(HttpContext context, string path)
    {
        if (bmc.Resources.Find(path) is not { } current)
        {
            await BmcReply.NotFoundAsync(context, path);
            return;
        }

        if (!IsSettable(path))
        {
            await BmcReply.RefuseMethodAsync(context, Allowed(path));
            return;
        }

        // Readings go on meanwhile; what the asker saw of settings is what must still hold.
        var match = context.Request.Headers.IfMatch.ToString();
        if (match.Length > 0 && match != "*" && !match.Contains(BmcReply.StateTag(current), StringComparison.Ordinal))
        {
            await BmcReply.ErrorAsync(context, 412, "PreconditionFailed", "somebody else set it meanwhile; read it again");
            return;
        }

        if (await RequestBody.ReadAsync(context) is not { } patch)
        {
            return;
        }

        var outcome = current.ParseObject() is { } resource ? ResourcePatch.Apply(resource, patch) : new PatchOutcome(405, "OperationNotAllowed", "nothing can be set here", null);
        if (outcome.Body is null)
        {
            await BmcReply.ErrorAsync(context, outcome.Status, outcome.Message!, outcome.Text!);
            return;
        }

        bmc.Resources.Set(path, outcome.Body);
        FollowLimit(path, outcome.Body);
        await WriteAsync(context, path, bmc.Resources.Find(path));
    }

    // A power limit is in effect at once, and its other resource says so.
    private void FollowLimit(string path, JsonObject body)
    {
        foreach (var limit in bmc.Resources.Template.PowerLimits.Where(limit => limit.Environment == path || limit.Control == path))
        {
            if (limit.In(path, body) is not { } said)
            {
                continue;
            }

            bmc.SetLimit(limit.Accelerator, PowerLimit.Watts(said));
            var twin = limit.Twin(path);
            if (bmc.Resources.Find(twin)?.ParseObject() is { } other && limit.In(twin, other) is { } shown)
            {
                PowerLimit.Copy(said, shown);
                bmc.Resources.Set(twin, other);
            }
        }
    }

    private static bool IsSettable(string path) => path.Contains("/Controls/", StringComparison.Ordinal) || path.EndsWith("/EnvironmentMetrics", StringComparison.Ordinal)
        || (path.StartsWith("/redfish/v1/Chassis/", StringComparison.Ordinal) && path.IndexOf('/', "/redfish/v1/Chassis/".Length) < 0);

    private static string Allowed(string path) => path is Sessions or Subscriptions ? "GET, HEAD, POST"
        : path.StartsWith(Sessions + "/", StringComparison.Ordinal) || path.StartsWith(Subscriptions + "/", StringComparison.Ordinal) ? "GET, HEAD, DELETE"
        : path.Contains("/Actions/", StringComparison.Ordinal) ? "POST"
        : IsSettable(path) ? "GET, HEAD, PATCH" : "GET, HEAD";

    private static JsonObject Collection(string path, string kind, IEnumerable<string> ids)
    {
        var members = TreeBuilder.Links(ids.Select(id => $"{path}/{id}"));
        return new JsonObject
        {
            ["@odata.id"] = path,
            ["@odata.type"] = $"#{kind}Collection.{kind}Collection",
            ["Name"] = $"{kind} Collection",
            ["Members@odata.count"] = members.Count,
            ["Members"] = members,
        };
    }

    private JsonObject Session(string path) => new()
    {
        ["@odata.id"] = path,
        ["@odata.type"] = "#Session.v1_7_0.Session",
        ["Id"] = TreeText.Last(path),
        ["Name"] = "User Session",
        ["UserName"] = around.Login.Username,
        ["Password"] = null,
    };
}
