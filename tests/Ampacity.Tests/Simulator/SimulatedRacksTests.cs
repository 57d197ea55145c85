using Ampacity.Fleet;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class SimulatedRacksTests
{
    [Fact]
    public void Every_compute_tray_has_an_address_by_rack_and_slot_and_its_sockets_and_watts_are_the_skus()
    {
        var trays = Of(2);

        Assert.Equal(36, trays.Count);
        Assert.Equal("127.80.1.5", trays[0].Address.ToString());
        Assert.Equal("127.80.2.31", trays[^1].Address.ToString());
        Assert.All(trays, tray => Assert.Equal((4, 2, 1200.0, 300.0),
            (tray.Accelerators, tray.Processors, tray.AcceleratorDesignWatts, tray.ProcessorDesignWatts)));
    }

    [Fact]
    public void A_tray_that_nobody_named_has_a_serial_and_a_local_mac_of_its_own_that_stay()
    {
        var trays = Of(2).Skip(1).ToList();

        Assert.Equal(trays, Of(2).Skip(1));
        Assert.Equal(35, trays.Select(tray => tray.Mac).Distinct().Count());
        Assert.Equal(35, trays.Select(tray => tray.Serial).Distinct().Count());
        Assert.All(trays, tray =>
        {
            Assert.StartsWith("SIM-", tray.Serial, StringComparison.Ordinal);
            Assert.True(IdentifierText.TryNormalise(IdentifierKind.Mac, tray.Mac, out var mac, out _));
            Assert.Equal(tray.Mac, mac);
            Assert.StartsWith("02:5a:", mac, StringComparison.Ordinal);
        });
        Assert.Equal(("NAMED-1", "02:00:00:00:00:01"), (Of(2)[0].Serial, Of(2)[0].Mac));
    }

    [Fact]
    public void More_racks_than_addresses_are_refused() =>
        Assert.Contains("254", Assert.Throws<SimulatorStartException>(() => Of(255)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<SimulatedTray> Of(int racks)
    {
        var text = FormattableString.Invariant($$"""
            ampacity: 1
            owns: site/hall
            rows:
              r01: {sku: nvidia/gb200-nvl72@1, racks: {{racks}}}
            assets:
              r01/01/05: {serial: NAMED-1, bmc: '02:00:00:00:00:01'}
            """);
        var file = FleetFile.Parse("test.yaml", text, OneRack.Catalogue).OrThrow();
        var ledger = OneRack.Apply(FactLedger.Empty, file, 0).Ledger;
        return SimulatedRacks.Of(FleetGraphBuilder.Build(ledger, 1, OneRack.Catalogue), OneRack.Catalogue);
    }
}
