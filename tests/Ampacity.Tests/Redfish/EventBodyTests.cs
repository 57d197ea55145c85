using System.Text;
using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class EventBodyTests
{
    private static EventBody Read(string json) => EventBody.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Events_without_MemberId_EventType_or_a_path_of_their_own_are_events()
    {
        var read = Read("""{"Events":[{"MessageId":"A.1.0.B","Severity":"Warning","OriginOfCondition":"/redfish/v1/Chassis/C","EventTimestamp":"2026-01-01T00:00:00-0600"}],"Id":"4","Context":"c"}""");
        Assert.Equal((EventBodyKind.Events, "c"), (read.Kind, read.Context));
        var one = Assert.Single(read.Events);
        Assert.Equal(("A.1.0.B", "Warning", "", "/redfish/v1/Chassis/C"), (one.MessageId, one.Severity, one.Message, one.Origin));
        Assert.NotEqual(one.Key, Assert.Single(Read("""{"Events":[{"MessageId":"A.1.0.B","EventTimestamp":"2026-01-01T00:00:01-0600"}],"Id":"4"}""").Events).Key);
    }

    [Fact]
    public void A_report_is_named_by_its_path_its_definition_and_its_id()
    {
        Assert.Equal(
            ["/a", "/b", "Power"],
            Read("""{"Id":"Power","MetricReportDefinition":{"@odata.id":"/b"},"MetricValues":[{"MetricValue":"1"}],"@odata.id":"/a"}""").Names);
        Assert.Equal(["Power"], Read("""{"Id":"Power","MetricValues":[]}""").Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"Events":{}}""")]
    [InlineData("""{"MetricValues":null}""")]
    [InlineData("""{"Events":[{"Message":"\ud800"}]}""")]
    [InlineData("""{"Id":"\ud800","Events":[]}""")]
    [InlineData("""{"Events":[""")]
    public void What_is_neither_is_said_to_be_neither(string json)
    {
        var read = Read(json);
        Assert.Equal(EventBodyKind.Unknown, read.Kind);
        Assert.NotEmpty(read.Error);
    }

    [Fact]
    public void More_events_than_fit_and_events_that_are_none_are_counted()
    {
        var read = Read($$"""{"Events":[1,null,{{string.Join(',', Enumerable.Repeat("{}", 300))}}]}""");
        Assert.Equal((EventBody.MaxEvents, 46), (read.Events.Count, read.Left));
    }

    [Fact]
    public void Any_cut_and_any_flipped_byte_is_read_or_refused_without_an_exception()
    {
        const int Seed = 20_261_130;
        var random = new Random(Seed);
        var bytes = Encoding.UTF8.GetBytes(EventBmc.EventFrame("1", "Critical", "secret"));
        for (var turn = 0; turn < 20_000; turn++)
        {
            var broken = bytes[..random.Next(bytes.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && broken.Length > 0; flips--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            Assert.NotNull(EventBody.Read(broken));
        }
    }
}
