using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace Ampacity.Tests;

/// <summary>A NetBox that pages as the real one does, out of an export; a test puts malice in front of it.</summary>
internal sealed class FakeNetBox(Action<JsonObject>? change = null) : HttpMessageHandler
{
    private readonly JsonObject _data = JsonNode.Parse(NetBoxSample.Changed(change))!.AsObject();

    /// <summary>What the host calls itself in <c>next</c>.</summary>
    public string Self { get; init; } = "https://netbox.test";

    /// <summary>Answers in place of the honest one; null lets the honest one through. Gets the request and its number from 1.</summary>
    public Func<HttpRequestMessage, int, HttpResponseMessage?> Instead { get; init; } = (_, _) => null;

    public List<HttpRequestMessage> Requests { get; } = [];

    public static HttpResponseMessage Json(string text, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        var response = Instead(request, Requests.Count) ?? Honest(request.RequestUri!);
        response.RequestMessage ??= request;
        return Task.FromResult(response);
    }

    private HttpResponseMessage Honest(Uri address)
    {
        if (address.AbsolutePath == "/api/status/")
        {
            return Json("""{"django-version":"5.2","netbox-version":"4.6.8","python-version":"3.12.3"}""");
        }

        var name = address.AbsolutePath.TrimEnd('/').Split('/')[^1];
        var query = HttpUtility.ParseQueryString(address.Query);
        if (_data[name] is not JsonArray list || query["mgmt_only"] == "false")
        {
            return name is "cooling-sources" or "cooling-feeds"
                ? Json("""{"detail":"Not found."}""", HttpStatusCode.NotFound)
                : Json("""{"count":0,"next":null,"previous":null,"results":[]}""");
        }

        var limit = Math.Min(int.Parse(query["limit"]!, CultureInfo.InvariantCulture), 3);
        var offset = int.Parse(query["offset"]!, CultureInfo.InvariantCulture);
        var next = offset + limit < list.Count
            ? $"{Self}{address.AbsolutePath}?limit={limit}&offset={offset + limit}&ordering=id{(query["mgmt_only"] is null ? "" : "&mgmt_only=true")}"
            : null;
        return Json(new JsonObject
        {
            ["count"] = list.Count,
            ["next"] = next,
            ["previous"] = null,
            ["results"] = new JsonArray([.. list.OrderBy(item => (int)item!["id"]!).Skip(offset).Take(limit).Select(item => item!.DeepClone())]),
        }.ToJsonString());
    }
}
