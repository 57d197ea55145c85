using System.Net.Http.Json;
using System.Text.Json;

namespace Ampacity.Tests;

/// <summary>What DCGM says by masks and codes: reasons for a slower clock as a series each, the newest XID as a name, and each new one in the ledger.</summary>
public sealed class ErrorCodeTests
{
    // NVML's clock event reasons: sw_power_cap is bit 2, sw_thermal_slowdown 5, gpu_idle 0.
    private const int PowerAndThermal = 0x24;
    private const int Idle = 0x1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_bit_of_a_mask_is_a_reason_and_a_blank_is_none()
    {
        await using var hall = await AllVendorsHall.StartAsync(Token);
        await hall.SendAsync("dcgm", "10.0.0.1:9400", Masks(("0", $"{PowerAndThermal}"), ("1", $"{Idle}"), ("2", "9223372036854775794"), ("3", "2.5")), Token);
        var reasons = await hall.AskAsync("sum by (reason) (hw_throttled_ratio{component=\"gpu0\"})", "reason", Token);
        Assert.Equal(["hardware", "power", "power_brake", "sync_boost", "thermal", "thermal_hardware"], reasons.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["power", "thermal"], reasons.Where(reason => reason.Value == 1).Select(reason => reason.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, reasons.Values.Sum());
        Assert.Equal(0, (await hall.AskAsync("sum by (component) (hw_throttled_ratio{component=\"gpu1\"})", "component", Token))["gpu1"]);
        Assert.Empty(await hall.AskAsync("hw_throttled_ratio{component=~\"gpu[23]\"}", "reason", Token));
    }

    [Fact]
    public async Task A_new_XID_is_an_event_with_its_place_and_evidence_and_is_told_once()
    {
        await using var hall = await AllVendorsHall.StartAsync(Token, collects: true);
        await SendAsync(hall, 0, "0", "0", "13");
        await SendAsync(hall, 1, "79", "0", "13");
        await SendAsync(hall, 2, "79", "0", "13");
        var rows = await EventsAsync(hall, 2);
        Assert.Equal(["site/hall/dgx/01/01 gpu0 Warning xid 79", "site/hall/dgx/01/01 gpu2 Warning xid 13"], rows.Select(Said).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Contains("hostname=dgx-1", row.GetProperty("evidence").GetString(), StringComparison.Ordinal));
        Assert.All(rows, row => Assert.StartsWith("asset_", row.GetProperty("asset").GetString(), StringComparison.Ordinal));

        // Another code of the same accelerator is news, the driver's return to none is not.
        await SendAsync(hall, 3, "48", "0", "0");
        Assert.Contains("site/hall/dgx/01/01 gpu0 Warning xid 48", (await EventsAsync(hall, 3)).Select(Said));
        Assert.Equal(48, (await hall.AskAsync("hw_error_code{component=\"gpu0\"}", "code_set", Token))["xid"]);
    }

    private static string Masks(params (string Gpu, string Mask)[] masks) =>
        string.Concat(masks.Select(one => $"DCGM_FI_DEV_CLOCKS_EVENT_REASONS{{gpu=\"{one.Gpu}\",Hostname=\"dgx-1\"}} {one.Mask}\n"));

    // Milliseconds apart, as no exporter is: what counts is the order. Never before now: the hall begins when it is declared.
    private static Task SendAsync(AllVendorsHall hall, int at, params string[] codes)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + at;
        return hall.SendAsync("dcgm", "10.0.0.1:9400", string.Concat(codes.Select((code, gpu) => FormattableString.Invariant(
            $"DCGM_FI_DEV_XID_ERRORS{{gpu=\"{gpu}\",Hostname=\"dgx-1\"}} {code} {nowMs}\n"))), Token);
    }

    private static async Task<JsonElement[]> EventsAsync(AllVendorsHall hall, int count)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var page = await hall.Client.GetFromJsonAsync<JsonElement>("api/fleet/v1/events?kind=ErrorCode", Token);
            JsonElement[] rows = [.. page.GetProperty("items").EnumerateArray()];
            Assert.True(rows.Length <= count, $"{rows.Length} events, not {count}: {page}");
            if (rows.Length == count)
            {
                return rows;
            }

            // It looks every 15 s.
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(90), $"{rows.Length} events, not {count}");
            await Task.Delay(100, Token);
        }
    }

    private static string Said(JsonElement row) => string.Join(
        ' ', row.GetProperty("place").GetString(), row.GetProperty("component").GetString(), row.GetProperty("severity").GetString(),
        string.Join(' ', row.GetProperty("evidence").GetString()!.Split(' ').Take(2)));
}
