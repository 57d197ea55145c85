using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class CapturedTreeTests
{
    [Fact]
    public void Every_captured_resource_is_read_without_an_exception()
    {
        var folder = RepositoryFolder.TestData("redfish");
        if (folder is null)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
        }

        var (resources, reports, values, absent, stale) = (0, 0, 0, 0, 0);
        foreach (var file in Directory.GetFiles(folder, "*.ndjson.gz"))
        {
            var properties = new MetricPropertyTable();
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                var entry = JsonElement.Parse(line);
                if (!entry.TryGetProperty("body", out var body))
                {
                    continue;
                }

                var quirks = new List<RedfishQuirk>();
                var resource = new ResourceReader("/x", body, quirks);
                foreach (var name in new[] { "Id", "Name", "Vendor", "SerialNumber", "PartNumber", "Model", "UUID", "MACAddress", "ProcessorType", "RedfishVersion" })
                {
                    resource.Text(name);
                    resource.Identity(name);
                }

                resource.Number("Reading");
                resource.Link("Sensors");
                resource.Links("Members", 10_000);
                resources++;
                var readings = new MetricReadings();
                var result = MetricReportParser.Parse(Encoding.UTF8.GetBytes(body.GetRawText()), properties, readings);
                if (result.Readings > 0)
                {
                    Assert.Equal("", result.Error);
                    reports++;
                    values += result.Readings;
                    absent += readings.Flags.ToArray().Count(flags => (flags & ReadingMarks.Absent) != ReadingMarks.None);
                    stale += readings.Flags.ToArray().Count(flags => (flags & ReadingMarks.Stale) != ReadingMarks.None);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{resources} resources, {reports} reports, {values} values, {absent} absent, {stale} stale");
        Assert.True(resources > 5_000 && values > 5_000 && absent >= 60 && stale >= 31);
    }
}
