using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>One BMC as a web service: GET, POST of a session, DELETE of a session; everything else is refused as a BMC would.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class SimulatedBmc(SimulatedTray tray, TrayResources resources, SimulatorOptions options, TimeProvider time)
{
    private const string Root = "/redfish/v1";
    private const string Sessions = "/redfish/v1/SessionService/Sessions";
    private const int MaxLoginBytes = 16 * 1024;

    private readonly SessionTable _sessions = new(options.SessionLimit, options.SessionTimeout, time);
    private long _requests;
    private int _concurrent;
    private int _mostConcurrent;

    public SimulatedTray Tray => tray;

    public TrayResources Resources => resources;

    public SessionTable SessionTable => _sessions;

    public bool Offline { get; set; }

    public long Requests => Interlocked.Read(ref _requests);

    public int MostConcurrent => Volatile.Read(ref _mostConcurrent);

    public async Task AnswerAsync(HttpContext context)
    {
        if (Offline)
        {
            context.Abort();
            return;
        }

        Interlocked.Increment(ref _requests);
        var now = Interlocked.Increment(ref _concurrent);
        for (var most = _mostConcurrent; now > most && Interlocked.CompareExchange(ref _mostConcurrent, now, most) != most; most = _mostConcurrent)
        {
            // Another request raised it meanwhile: look again.
        }

        try
        {
            if (options.Latency > TimeSpan.Zero)
            {
                await Task.Delay(options.Latency, time, context.RequestAborted);
            }

            await RouteAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _concurrent);
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        context.Response.Headers["OData-Version"] = "4.0";
        context.Response.Headers.CacheControl = "no-store";
        var path = (context.Request.Path.Value ?? "").TrimEnd('/');
        var method = context.Request.Method;
        if (method is not ("GET" or "POST" or "DELETE"))
        {
            await RefuseMethodAsync(context, "GET");
            return;
        }

        if (method == "POST" && path == Sessions)
        {
            await OpenSessionAsync(context);
            return;
        }

        var open = path is "/redfish" or Root;
        if (!open && !IsAuthorized(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"bmc\"";
            await ErrorAsync(context, 401, "Base.1.18.ResourceAtUriUnauthorized", "no valid session token or account was given");
            return;
        }

        var isSession = path.StartsWith(Sessions + "/", StringComparison.Ordinal);
        switch (method)
        {
            case "GET":
                await GetAsync(context, path, isSession);
                break;
            case "DELETE" when isSession:
                if (_sessions.Close(path[(Sessions.Length + 1)..]))
                {
                    context.Response.StatusCode = 204;
                }
                else
                {
                    await NotFoundAsync(context, path);
                }

                break;
            default:
                if (resources.Body(path) is null)
                {
                    await NotFoundAsync(context, path);
                }
                else
                {
                    await RefuseMethodAsync(context, path == Sessions ? "GET, POST" : isSession ? "GET, DELETE" : "GET");
                }

                break;
        }
    }

    private async Task GetAsync(HttpContext context, string path, bool isSession)
    {
        var body = path switch
        {
            "/redfish" => """{"v1":"/redfish/v1/"}"""u8.ToArray(),
            Sessions => SessionCollection(),
            _ when isSession => _sessions.Ids.Contains(path[(Sessions.Length + 1)..]) ? Session(path) : null,
            _ => resources.Body(path),
        };
        if (body is null)
        {
            await NotFoundAsync(context, path);
            return;
        }

        await WriteAsync(context, 200, body);
    }

    private async Task OpenSessionAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[4096];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxLoginBytes)
            {
                await ErrorAsync(context, 413, "Base.1.18.PayloadTooLarge", $"a login is at most {MaxLoginBytes} bytes");
                return;
            }
        }

        string? username = null, password = null;
        try
        {
            var login = JsonElement.Parse(buffer.ToArray());
            username = login.GetProperty("UserName").GetString();
            password = login.GetProperty("Password").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            await ErrorAsync(context, 400, "Base.1.18.MalformedJSON", "a login is {\"UserName\": …, \"Password\": …}");
            return;
        }

        if (!IsAccount(username, password))
        {
            await ErrorAsync(context, 401, "Base.1.18.ResourceAtUriUnauthorized", "the account or its password is wrong");
            return;
        }

        if (_sessions.Open() is not { } session)
        {
            await ErrorAsync(context, 503, "Base.1.18.SessionLimitExceeded", $"all {options.SessionLimit} sessions are in use");
            return;
        }

        var path = $"{Sessions}/{session.Id}";
        context.Response.Headers["X-Auth-Token"] = session.Token;
        context.Response.Headers.Location = path;
        await WriteAsync(context, 201, Session(path));
    }

    private bool IsAuthorized(HttpRequest request)
    {
        if (request.Headers["X-Auth-Token"].ToString() is { Length: > 0 } token)
        {
            return _sessions.Use(token);
        }

        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var room = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), room, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(room, 0, length);
        var colon = pair.IndexOf(':');
        return colon > 0 && IsAccount(pair[..colon], pair[(colon + 1)..]);
    }

    private bool IsAccount(string? username, string? password) =>
        username == options.Username && password is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(options.Password));

    private byte[] SessionCollection()
    {
        var members = new JsonArray([.. _sessions.Ids.Select(id => (JsonNode)new JsonObject { ["@odata.id"] = $"{Sessions}/{id}" })]);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["@odata.id"] = Sessions,
            ["@odata.type"] = "#SessionCollection.SessionCollection",
            ["Name"] = "Session Collection",
            ["Members@odata.count"] = members.Count,
            ["Members"] = members,
        }.ToJsonString());
    }

    private byte[] Session(string path) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["@odata.id"] = path,
        ["@odata.type"] = "#Session.v1_7_0.Session",
        ["Id"] = path[(path.LastIndexOf('/') + 1)..],
        ["Name"] = "User Session",
        ["UserName"] = options.Username,
        ["Password"] = null,
    }.ToJsonString());

    private static Task NotFoundAsync(HttpContext context, string path) =>
        ErrorAsync(context, 404, "Base.1.18.ResourceMissingAtURI", $"no resource at {path}");

    private static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return ErrorAsync(context, 405, "Base.1.18.OperationNotAllowed", $"allowed here: {allowed}");
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        var error = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = message,
                ["@Message.ExtendedInfo"] = new JsonArray(new JsonObject
                {
                    ["@odata.type"] = "#Message.v1_1_2.Message",
                    ["MessageId"] = code,
                    ["Message"] = message,
                    ["MessageSeverity"] = "Critical",
                }),
            },
        };
        return WriteAsync(context, status, Encoding.UTF8.GetBytes(error.ToJsonString()));
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
