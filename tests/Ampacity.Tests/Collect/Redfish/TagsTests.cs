using System.Net;
using System.Text;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>If-None-Match: what a 304 appends, and tags that lie.</summary>
public sealed class TagsTests
{
    private const string Sensor = "/redfish/v1/Chassis/C/Sensors/T";

    private static readonly PlatformProfile Generic = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("generic")!;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));
    private readonly RecordingWriter _writer = new();
    private readonly List<string?> _asked = [];
    private double _reading = 20;
    private string _tag = "\"1\"";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BmcPoller Poller(bool trusts)
    {
        var profile = Generic with { Manners = new ProfileManners(Login: ProfileLogin.Basic, Tags: trusts) };
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), "02:00:00:00:00:09", profile, []) { Reads = [new PlannedRead(Sensor, ReadForm.Member, ReadClass.Sensors, 10, 0, 1)] };
        return new BmcPoller([endpoint], SimulatedRack.Credentials, _writer, new BmcPollerOptions { Client = new RedfishClientOptions { Handler = () => new Answers(this) } }, _time);
    }

    private async Task PollAsync(BmcPoller poller, int times = 1)
    {
        for (var time = 0; time < times; time++)
        {
            await poller.PollOnceAsync(Token);
            _time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private sealed class Answers(TagsTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var sent = request.Headers.TryGetValues("If-None-Match", out var tags) ? tags.Single() : null;
            test._asked.Add(sent);
            var answer = sent == test._tag
                ? new HttpResponseMessage(HttpStatusCode.NotModified)
                : new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new ByteArrayContent(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                        $$"""{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":{{test._reading}},"ReadingType":"Temperature","ReadingUnits":"Cel"}"""))),
                };
            answer.Headers.TryAddWithoutValidation("ETag", test._tag);
            return Task.FromResult(answer);
        }
    }

    [Fact]
    public async Task A_304_appends_the_value_again_and_a_new_tag_brings_the_new_one()
    {
        var poller = Poller(trusts: true);
        await PollAsync(poller, 3); // the second shows that it stays as it is
        Assert.Equal([null, null, "\"1\""], _asked);
        (_reading, _tag) = (21, "\"2\"");
        await PollAsync(poller, 2);
        Assert.Equal([20, 20, 20, 21, 21], _writer.Samples.Select(sample => sample.Value));
        Assert.Equal(5, _writer.Samples.Select(sample => sample.TimestampMs).Distinct().Count());
        Assert.Equal((5, 3, 1), (poller.Counts.Reads, poller.Counts.Unchanged, poller.Counts.NotSent));
    }

    [Fact]
    public async Task A_platform_whose_tags_are_not_trusted_is_asked_for_whole_bodies()
    {
        await PollAsync(Poller(trusts: false), 3);
        Assert.All(_asked, Assert.Null);
    }

    [Fact]
    public async Task A_tag_that_stands_still_is_found_out_and_not_believed_again()
    {
        var poller = Poller(trusts: true);
        await PollAsync(poller, 2);
        _reading = 30; // under the same tag
        await PollAsync(poller, BmcPoll.TagsInRow);
        Assert.All(_writer.Samples, sample => Assert.Equal(20, sample.Value));
        await PollAsync(poller);
        Assert.Equal(1, poller.Counts.WrongTags);
        _reading = 40;
        await PollAsync(poller, 2);
        Assert.Equal([30, 40, 40], _writer.Samples.TakeLast(3).Select(sample => sample.Value));
        Assert.All(_asked.TakeLast(3), Assert.Null);
    }
}
