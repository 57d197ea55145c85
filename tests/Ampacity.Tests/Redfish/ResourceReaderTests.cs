using System.Text.Json;
using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class ResourceReaderTests
{
    [Fact]
    public void A_name_with_half_a_surrogate_pair_costs_itself_and_no_other_property()
    {
        using var body = JsonDocument.Parse("""{"Vendor":"NVIDIA","Members":[{"@odata.id":"/redfish/v1/A","\ud800":1}],"\ud800":2}""");
        var quirks = new List<RedfishQuirk>();
        var reader = new ResourceReader("/redfish/v1", body.RootElement, quirks);

        Assert.Equal("NVIDIA", reader.Text("Vendor"));
        Assert.Null(reader.Text("Product"));
        Assert.Equal(["/redfish/v1/A"], reader.Links("Members", 10));
    }
}
