using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Snappier;

namespace Ampacity.Scenarios;

/// <summary>SIGKILL while samples come in: what was acknowledged is there afterwards, to the bit.</summary>
public sealed class KillScenarioTests : IDisposable
{
    /// <summary>Kills in one run: what a change can wait for.</summary>
    private const int Kills = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-kill-").FullName;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_at_kill_nine()
    {
        // The moments are random; the seed is printed so that a failure can be repeated.
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var acknowledged = new Dictionary<long, double>();
        var nowMs = DateTimeOffset.Parse(DateHeader(await StampAsync()), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var next = nowMs - 60_000;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = Serve();
            var url = await UrlAsync(server);
            var sentBeforeKill = random.Next(20, 200);
            var killAt = next + sentBeforeKill;
            using var http = new HttpClient();
            while (true)
            {
                var value = random.NextDouble();
                var sending = SendAsync(http, url, next, value);
                if (next == killAt)
                {
                    await server.KillAsync();
                }

                if (await sending != HttpStatusCode.NoContent)
                {
                    // Not acknowledged: it may be there or not; the next sample has a time of its own.
                    next++;
                    break;
                }

                acknowledged[next++] = value;
                Assert.True(next <= killAt + 1, "the server answered after it was killed");
            }
        }

        await using var last = Serve();
        var found = await ReadAsync(await UrlAsync(last), next);
        TestContext.Current.TestOutputHelper?.WriteLine($"{acknowledged.Count} acknowledged over {Kills} kills, {found.Count} found");
        Assert.NotEmpty(acknowledged);
        foreach (var (timestampMs, value) in acknowledged)
        {
            Assert.True(found.TryGetValue(timestampMs, out var kept), $"sample at {timestampMs} was acknowledged and is gone (seed {seed})");
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(kept));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AmpacityProcess Serve() => AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");

    private static async Task<string> UrlAsync(AmpacityProcess server) =>
        (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();

    // The server's clock, since samples must be near it.
    private async Task<HttpResponseMessage> StampAsync()
    {
        await using var server = Serve();
        using var http = new HttpClient();
        return await http.GetAsync(await UrlAsync(server) + "/healthz");
    }

    private static string DateHeader(HttpResponseMessage answer) => answer.Headers.Date!.Value.ToString("O", CultureInfo.InvariantCulture);

    private static async Task<HttpStatusCode> SendAsync(HttpClient http, string url, long timestampMs, double value)
    {
        using var body = new ByteArrayContent(Snappy.CompressToArray(WriteRequest.One("kill_probe", timestampMs, value)));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        try
        {
            using var answer = await http.PostAsync(url + "/api/v1/write", body);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.ServiceUnavailable;
        }
    }

    private static async Task<Dictionary<long, double>> ReadAsync(string url, long endMs)
    {
        var at = (endMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"{url}/api/v1/query?query=kill_probe[10m]&time={at}");
        var result = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(text).GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0
            ? []
            : result[0].GetProperty("values").EnumerateArray().ToDictionary(
                sample => (long)Math.Round(sample[0].GetDouble() * 1000),
                sample => double.Parse(sample[1].GetString()!, CultureInfo.InvariantCulture));
    }
}
