using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ampacity.Scenarios;

/// <summary>
/// A NetBox on loopback for the scenarios: token, paging with absolute next, and whatever malice a test puts in front of it. Written after
/// the wire shapes of NetBox 4.6's REST API.
/// </summary>
internal sealed class FakeNetBoxServer : IAsyncDisposable
{
    /// <summary>The token that it knows.</summary>
    public const string Token = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>Its MAX_PAGE_SIZE: small, so that every list has pages.</summary>
    private const int PageMax = 20;

    private static readonly byte[] Zeros = new byte[1 << 20];

    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public FakeNetBoxServer(NetBoxInventory inventory)
    {
        Inventory = inventory;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Checkout.FreePort()}");
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public NetBoxInventory Inventory { get; }

    /// <summary>Answers in place of the honest answer; false lets that through. Gets the list and the query.</summary>
    public Func<string, NameValueCollection, HttpListenerResponse, Task<bool>> Instead { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    /// <summary>An answer of a status, with NetBox's detail.</summary>
    public static async Task AnswerAsync(HttpListenerResponse response, int status, string body)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Bytes until nobody takes them.</summary>
    public static async Task EndlessAsync(HttpListenerResponse response)
    {
        response.SendChunked = true;
        for (var sent = 0L; sent < 2L << 30; sent += Zeros.Length)
        {
            await response.OutputStream.WriteAsync(Zeros);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests++;
            try
            {
                await AnswerAsync(context);
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Who asked has hung up: what some of these answers are for.
                context.Response.Abort();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (path, query) = (context.Request.Url!.AbsolutePath, context.Request.QueryString);
        var list = path.TrimEnd('/').Split('/')[^1];
        if (await Instead(list, query, context.Response))
        {
            return;
        }

        if (context.Request.Headers["Authorization"] != $"Token {Token}")
        {
            await AnswerAsync(context.Response, 403, """{"detail":"Invalid token"}""");
        }
        else if (list == "status")
        {
            await AnswerAsync(context.Response, 200, """{"netbox-version":"4.6.8"}""");
        }
        else
        {
            await AnswerAsync(context.Response, 200, Page(path, query, query["mgmt_only"] == "false" ? [] : Inventory.List(list, Url)).ToJsonString());
        }
    }

    private JsonObject Page(string path, NameValueCollection query, IReadOnlyList<JsonObject> all)
    {
        var limit = Math.Min(int.Parse(query["limit"]!, CultureInfo.InvariantCulture), PageMax);
        var offset = int.Parse(query["offset"]!, CultureInfo.InvariantCulture);
        var more = query["mgmt_only"] is { } managed ? $"&mgmt_only={managed}" : "";
        return new JsonObject
        {
            ["count"] = all.Count,
            ["next"] = offset + limit < all.Count ? string.Create(CultureInfo.InvariantCulture, $"{Url}{path}?limit={limit}&offset={offset + limit}&ordering=id{more}") : null,
            ["previous"] = null,
            ["results"] = new JsonArray([.. all.Skip(offset).Take(limit)]),
        };
    }
}
