using System.Text;
using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class NetBoxExportTests
{
    [Fact]
    public void A_list_may_be_the_whole_answer_of_the_API()
    {
        var export = NetBoxExport.Parse("x.json", """{"sites":{"count":1,"next":null,"previous":null,"results":[{"id":1,"name":"A"}]},"racks":[]}""").OrThrow();

        Assert.Equal("A (1)", Assert.Single(export["sites"]).Label);
        Assert.Empty(export["devices"]);
    }

    [Theory]
    [InlineData("", "bad-json", 1)]
    [InlineData("[]", "not-an-export", 1)]
    [InlineData("""[{"model":"dcim.site","pk":1,"fields":{}}]""", "not-an-export", 1)]
    [InlineData("{}", "not-an-export", 1)]
    [InlineData("7", "not-an-export", 1)]
    [InlineData("{\"sites\": [\n{\"id\":1,\"name\":\"A\"},\n{\"id\":2}\n]}", "missing-key", 3)]
    [InlineData("{\"sites\": [\n{\"id\":\"1\",\"name\":\"A\"}\n]}", "no-id", 2)]
    [InlineData("{\"sites\": [\n{\"id\":-1,\"name\":\"A\"}\n]}", "no-id", 2)]
    [InlineData("{\"sites\": [\n{\"id\":1e400,\"name\":\"A\"}\n]}", "no-id", 2)]
    [InlineData("{\n\"sites\": 7}", "not-a-list", 2)]
    [InlineData("{\"sites\": [{\"id\":1,\"name\":\"A\"}]}\n{}", "bad-json", 2)]
    [InlineData("{\"sites\": [\n{\"id\":1,\"name\":\"A\\udc00\"}]}", "bad-text", 2)]
    [InlineData("{\"sites\": [\n{\"id\":1,\"name\":\"A\",\"\\ud800\":1}]}", "bad-text", 2)]
    [InlineData("{\"\\ud800\": []}", "bad-text", 1)]
    [InlineData("{\"sites\":\n{\"count\":900,\"next\":\"https://x/\",\"results\":[{\"id\":1,\"name\":\"A\"}]}}", "one-page", 2)]
    [InlineData("{\"racks\": [\n{\"id\":1,\"name\":\"A\",\"site\":\"ams\"}]}", "wrong-type", 2)]
    [InlineData("{\"racks\": [\n{\"id\":1,\"name\":\"A\",\"site\":1,\"desc_units\":\"no\"}]}", "wrong-type", 2)]
    [InlineData("{\"racks\": [\n{\"id\":1,\"name\":\"A\",\"site\":1,\"u_height\":1e300}]}", "wrong-type", 2)]
    [InlineData("{\"racks\": [\n{\"id\":1,\"name\":\"A\",\"site\":1,\"tags\":{\"a\":1}}]}", "wrong-type", 2)]
    public void What_is_wrong_is_an_error_with_its_line(string text, string rule, int line)
    {
        var result = NetBoxExport.Parse("x.json", text);

        Assert.Null(result.Value);
        var error = Assert.Single(result.Errors);
        Assert.Equal((rule, line, "x.json"), (error.Rule, error.Line, error.File));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_an_error()
    {
        var result = NetBoxExport.Parse("x.json", (byte[])[.. "{\"sites\":[{\"id\":1,\"name\":\""u8, 0xFF, 0xC0, .. "\"}]}"u8]);

        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public void A_byte_order_mark_does_not_count()
    {
        var export = NetBoxExport.Parse("x.json", (byte[])[.. Encoding.UTF8.Preamble, .. "{\"sites\":[{\"id\":1,\"name\":\"A\"}]}"u8]);

        Assert.Single(export.OrThrow()["sites"]);
    }

    [Fact]
    public void Too_deep_and_too_many_errors_end_the_reading()
    {
        Assert.Equal("bad-json", Assert.Single(NetBoxExport.Parse("x.json", $"{{\"sites\":[{{\"id\":1,\"x\":{new string('[', 100_000)}").Errors).Rule);

        var errors = NetBoxExport.Parse("x.json", $"{{\"sites\":[{string.Join(',', Enumerable.Repeat("1", 5_000))}]}}").Errors;
        Assert.True(errors.Count <= DataFile.MaxErrors + 1);
        Assert.Contains(errors, error => error.Rule == "too-many-errors");
    }

    [Fact]
    public void An_object_that_comes_twice_counts_once()
    {
        var export = NetBoxExport.Parse("x.json", """{"sites":[{"id":1,"name":"A"},{"id":1,"name":"B"}]}""").OrThrow();

        Assert.Equal("A (1)", Assert.Single(export["sites"]).Label);
    }

    [Fact]
    public void Lists_that_are_not_read_are_named()
    {
        var export = NetBoxExport.Parse("x.json", """{"sites":[{"id":1,"name":"A"}],"modules":[{"id":1},{"id":2}],"vlans":{"results":[{"id":1}]},"aliens":7}""").OrThrow();

        Assert.Equal([("aliens", null), ("modules", 2L), ("vlans", (long?)1)], export.Unread.Select(unread => (unread.Collection, unread.Count)));
    }

    [Fact]
    public async Task A_stream_reads_as_its_text_does()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(NetBoxSample.Text));

        var export = (await NetBoxExport.ParseAsync("x.json", stream, TestContext.Current.CancellationToken)).OrThrow();

        Assert.Equal(NetBoxSample.Export().Count, export.Count);
    }
}
