using System.Net.Http.Json;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>
/// A server over a hall with a rack of each vendor and a PDU, and rules that bind the exporters of all of them. SKUs of Intel's are the test's own:
/// none ships.
/// </summary>
internal sealed class AllVendorsHall : IAsyncDisposable
{
    /// <summary>UUIDs of the eight accelerators of <c>dgx-1</c>, as an H100 server reported them (NVIDIA/aicr, Apache-2.0).</summary>
    public static readonly string[] Dgx1 =
    [
        "c4529c8d-69c4-b61d-e0bc-7b2460096005", "bc5610b9-79c8-fedd-8899-07539c7f868a", "fbc2c554-4d37-8938-0032-f923bad0f716", "a65a773d-52bb-bcc1-a8ee-f78c3faa2e2d",
        "82e45d1b-1618-559f-144c-eab51545030b", "39e28159-8c62-ee71-64db-b748edd61e15", "e64d69ca-b4b3-59b2-e78c-94f26c4db365", "04d228d3-3b5a-3534-f5cf-969706647d56",
    ];

    private const string Skus = """
        ampacity: 1
        id: intel/{name}
        revision: 1
        kind: {kind}
        title: {name} of the test
        {more}
        """;

    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [30 m, 20 m]}
        power:
          utility: {kind: Utility, rating: 10 MVA}
          pdu-a: {kind: Pdu, fedBy: utility, rating: 200 kW}
          pdu-b: {kind: Pdu, fedBy: utility, rating: 200 kW}
        rows:
          dgx: {sku: nvidia/dgx-h100-rack-4@1, racks: 1, at: [2 m, 2 m], pitch: 600 mm, feeds: [pdu-a]}
          nvl: {sku: nvidia/gb200-nvl72@1, racks: 1, at: [2 m, 4 m], pitch: 600 mm, feeds: [pdu-a]}
          amd: {sku: amd/mi300x-rack-4@1, racks: 1, at: [2 m, 6 m], pitch: 600 mm, feeds: [pdu-b]}
          pvc: {sku: intel/max-rack@1, racks: 1, at: [2 m, 8 m], pitch: 600 mm, feeds: [pdu-b]}
          hpu: {sku: intel/gaudi-rack@1, racks: 1, at: [2 m, 10 m], pitch: 600 mm, feeds: [pdu-b]}
        assets:
          dgx/01/01: {serial: DGX-1, hostname: dgx-1}
        {sockets}
          dgx/01/09: {serial: DGX-2, hostname: dgx-2}
          dgx/01/09/2: {uuid: 11111111-2222-3333-4444-555555555552}
          nvl/01/05: {serial: NVL-5, bmc: '02:00:00:01:01:05', hostname: nvl-5}
          amd/01/01: {serial: AMD-1, hostname: amd-1}
          amd/01/09: {serial: AMD-2, hostname: amd-2}
          amd/01/09/0: {serial: '692247001282', uuid: 6699c0a8-4200-4242-037f-f97e6cae0f09}
          pvc/01/01: {serial: PVC-1, hostname: pvc-1}
          pvc/01/01/0: {uuid: 00000000-0000-0000-0000-0000000000a0}
          pvc/01/01/1: {uuid: 00000000-0000-0000-0000-0000000000a1}
          hpu/01/01: {serial: HPU-1, hostname: hpu-1}
          hpu/01/01/0: {serial: AN03012345}
        bindings:
          - {match: '{job="dcgm",Hostname!=""}', asset: {by: hostname, from: Hostname}}
          - {match: '{job="dcgm"}', asset: {by: hostname, from: hostname}}
          - {match: '{job="nvidia-smi"}', asset: {by: uuid, from: uuid}}
          - {match: '{job="amd",GPU_UUID!=""}', asset: {by: uuid, from: GPU_UUID}}
          - {match: '{job="amd"}', asset: {by: hostname, from: hostname}}
          - {match: '{job="xpumd"}', asset: {by: uuid, from: hw_id}}
          - {match: '{job="gaudi"}', asset: {by: serial, from: Serial}}
          - {match: '{job=~"node|idrac|redfish"}', asset: {by: hostname, from: instance}}
          - {match: '{job="snmp"}', place: '$instance'}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-vendors-").FullName;
    private RunningServer? _server;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<AllVendorsHall> StartAsync(CancellationToken cancellationToken, bool collects = false)
    {
        var hall = new AllVendorsHall();
        var settings = new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = hall._folder, ShippedFolder = RepositoryFolder.Root, Collects = collects };
        hall._server = await ServerHost.StartAsync(settings, cancellationToken);
        hall.Client = new HttpClient { BaseAddress = new Uri(hall._server.Url) };
        (string Name, string Kind, string More)[] skus =
        [
            ("max", "Accelerator", ""), ("gaudi", "Accelerator", ""),
            ("max-node", "Node", "height: 8 RU\nbuild: [{sockets: 0-3, sku: intel/max@1, component: 'gpu{n}'}]"),
            ("gaudi-node", "Node", "height: 8 RU\nbuild: [{sockets: 0-7, sku: intel/gaudi@1, component: 'gpu{n}'}]"),
            ("max-rack", "Rack", "height: 42 RU\nwidth: 600 mm\nbuild: [{slots: 1-8, sku: intel/max-node@1}]"),
            ("gaudi-rack", "Rack", "height: 42 RU\nwidth: 600 mm\nbuild: [{slots: 1-8, sku: intel/gaudi-node@1}]"),
        ];
        var files = skus.Select(sku => new FileText(
            $"intel/{sku.Name}.yaml", Skus.Replace("{name}", sku.Name).Replace("{kind}", sku.Kind).Replace("{more}", sku.More)));
        await hall.PostAsync("imports/skus", new { files, author = "test" }, cancellationToken);
        var sockets = string.Join('\n', Dgx1.Select((uuid, gpu) => $"  dgx/01/01/{gpu}: {{uuid: {uuid}}}"));
        await hall.PostAsync("changes", new { files = new[] { new FileText("hall.yaml", Fleet.Replace("{sockets}", sockets)) }, author = "test", reason = "" }, cancellationToken);
        return hall;
    }

    /// <summary>Sends a page of exposition as the scrape of one target.</summary>
    public async Task SendAsync(string job, string instance, string page, CancellationToken cancellationToken)
    {
        using var response = await Client.PostAsync(
            new Uri($"api/v1/import/prometheus?extra_label=job={job}&extra_label=instance={instance}", UriKind.Relative), new StringContent(page), cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{job}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>An instant vector, now, by the value of one label; without it by an empty text.</summary>
    public async Task<Dictionary<string, double>> AskAsync(string query, string by, CancellationToken cancellationToken)
    {
        var answer = await Client.GetFromJsonAsync<JsonElement>(new Uri($"api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), cancellationToken);
        return answer.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            series => series.GetProperty("metric").TryGetProperty(by, out var label) ? label.GetString()! : "",
            series => double.Parse(series.GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await Client.PostAsJsonAsync(new Uri("api/fleet/v1/" + path, UriKind.Relative), body, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
