using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class PackedTreeTests : IDisposable
{
    private const string Root = """{"path":"/redfish/v1","body":{"@odata.id":"/redfish/v1","UUID":"11112222-3333-4444-5555-666677778888"}}""";
    private const string Chassis = """{"path":"/redfish/v1/Chassis/1","body":{"@odata.id":"/redfish/v1/Chassis/1","SerialNumber":"CN747512345","Model":"M1"}}""";
    private const string Port = """{"path":"/redfish/v1/Managers/1/EthernetInterfaces/1/","body":{"MACAddress":"3C:6D:66:0E:DB:DC"}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-trees-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Pack(params string[] lines)
    {
        var file = Path.Combine(_folder, $"tree-{Guid.NewGuid():N}.ndjson.gz");
        using var packed = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        packed.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return file;
    }

    private static Task<SimulatorHost> StartAsync(int count, params string[] files) => PackedTreeSimulator.StartAsync(
        new PackedTreeSimulation(files, count, 0, SimulatedRack.Credentials.Username, SimulatedRack.Credentials.Password, 7), Token);

    [Fact]
    public async Task The_first_of_a_tree_is_as_captured_and_copies_have_serials_and_macs_of_their_own()
    {
        await using var simulator = await StartAsync(300, Pack(Root, Chassis, Port));

        Assert.Equal(300, simulator.Endpoints.Count);
        Assert.Equal(("127.80.1.1", "127.80.2.46"), (simulator.Endpoints[0].Address.Host, simulator.Endpoints[299].Address.Host));
        var seen = new HashSet<(string?, string?, string?)>();
        foreach (var n in new[] { 0, 1, 2, 299 })
        {
            using var probe = new BmcProbe(simulator.Endpoints[n].Address);
            var chassis = await probe.GetAsync("/redfish/v1/Chassis/1");
            var serial = chassis.GetProperty("SerialNumber").GetString();
            var mac = (await probe.GetAsync("/redfish/v1/Managers/1/EthernetInterfaces/1")).GetProperty("MACAddress").GetString();
            var uuid = (await probe.GetAsync("/redfish/v1")).GetProperty("UUID").GetString();
            Assert.Equal(n == 0, (serial, mac, uuid) == ("CN747512345", "3C:6D:66:0E:DB:DC", "11112222-3333-4444-5555-666677778888"));
            Assert.Equal("M1", chassis.GetProperty("Model").GetString());
            Assert.True(seen.Add((serial, mac, uuid)));
        }
    }

    [Theory]
    [InlineData("""{"path":"/a"}""", "line 2")]
    [InlineData("""["path"]""", "line 2")]
    [InlineData("not json", "line 2")]
    [InlineData("""{"path":5,"body":{}}""", "line 2")]
    public async Task A_line_that_is_no_resource_is_named(string line, string says)
    {
        var error = await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, Pack(Root, line)));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_no_trees_and_trees_without_measure_are_refused_in_words()
    {
        var plain = Path.Combine(_folder, "plain.ndjson.gz");
        await File.WriteAllTextAsync(plain, Root, Token);
        Assert.Contains("not a gzip file", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, plain))).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere.ndjson.gz", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, "nowhere.ndjson.gz"))).Message, StringComparison.Ordinal);
        Assert.Contains("no resource", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, Pack("")))).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 64516", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(70_000, Pack(Root)))).Message, StringComparison.Ordinal);
        var deep = """{"path":"/a","body":""" + new string('[', 100) + new string(']', 100) + "}";
        Assert.Contains("line 2", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, Pack(Root, deep)))).Message, StringComparison.Ordinal);
        var longLine = """{"path":"/a","body":" """ + new string('x', 17 << 20) + "\"}";
        Assert.Contains("characters", (await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(1, Pack(Root, longLine)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_tree_says_oddly_is_given_as_it_is_and_no_text_passes_for_a_hole()
    {
        await using var simulator = await StartAsync(1, Pack(
            Root,
            """{"path":"/redfish/v1/Twice","body":{"A":1,"A":2}}""",
            """{"path":"/redfish/v1/Half","body":{"SerialNumber":"\ud800"}}""",
            """{"path":"/redfish/v1/Hole","body":{"A":"\u00010","\u00011":"\u0001"}}""",
            """{"path":"/redfish/v1/Tiny","body":{"BitErrorRate":1.5e-254,"TXWait":4294967295,"None":null}}"""));
        using var probe = new BmcProbe(simulator.Endpoints[0].Address);

        async Task<string> TextAsync(string path)
        {
            using var answer = await probe.SendAsync(HttpMethod.Get, path);
            return await answer.Content.ReadAsStringAsync(Token);
        }

        Assert.Equal("""{"A":1,"A":2}""", await TextAsync("/redfish/v1/Twice"));
        Assert.Contains("ud800", await TextAsync("/redfish/v1/Half"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(JsonValueKind.String, JsonElement.Parse(await TextAsync("/redfish/v1/Hole")).GetProperty("A").ValueKind);
        Assert.Equal("""{"BitErrorRate":1.5e-254,"TXWait":4294967295,"None":null}""", await TextAsync("/redfish/v1/Tiny"));
    }

    [Fact]
    public async Task Real_trees_are_served_whole_each_as_its_own()
    {
        if (RepositoryFolder.TestData("redfish") is not { } folder)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        var files = Directory.GetFiles(folder, "*.ndjson.gz").Order(StringComparer.Ordinal).ToArray();
        await using var simulator = await StartAsync(1, files);
        Assert.Equal(files.Length, simulator.Templates.Kinds);
        foreach (var (file, endpoint) in files.Zip(simulator.Endpoints))
        {
            using var probe = new BmcProbe(endpoint.Address);
            using var packed = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            var asked = 0;
            while (asked < 40 && await packed.ReadLineAsync(Token) is { } line)
            {
                var path = JsonElement.Parse(line).GetProperty("path").GetString()!.TrimEnd('/');
                if (!path.StartsWith("/redfish/v1/Chassis", StringComparison.Ordinal) || path.Contains('?', StringComparison.Ordinal))
                {
                    continue;
                }

                using var answer = await probe.SendAsync(HttpMethod.Get, path);
                Assert.True(answer.IsSuccessStatusCode, $"{Path.GetFileName(file)} {path}: {(int)answer.StatusCode}");
                asked++;
            }
        }
    }
}
