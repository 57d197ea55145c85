namespace Ampacity.Redfish;

/// <summary>Ports, network adapters, fabric switches.</summary>
internal static partial class MemberRules
{
    private static readonly string[] BitErrorRates = ["BitErrorRate", "EffectiveBER", "TotalRawBER", "RawBER"];

    private static IEnumerable<(ResourceKind, MemberRule[])> Ports()
    {
        yield return (ResourceKind.PortMetrics,
        [
            // The mapper takes the network's family where the port is a network adapter's.
            new("/RXBytes", "hw_port_io_bytes_total", Label: "network_io_direction=receive", Traits: Counts),
            new("/TXBytes", "hw_port_io_bytes_total", Label: "network_io_direction=transmit", Traits: Counts),
            new("/RXErrors", "hw_port_errors_total", Label: "error_type=receive", Traits: Counts),
            new("/TXErrors", "hw_port_errors_total", Label: "error_type=transmit", Traits: Counts),
            new("/Oem/Nvidia/RXNoProtocolBytes", "hw_port_payload_bytes_total", Label: "network_io_direction=receive", Traits: Counts),
            new("/Oem/Nvidia/TXNoProtocolBytes", "hw_port_payload_bytes_total", Label: "network_io_direction=transmit", Traits: Counts),
            new("/Oem/Nvidia/NVLinkRawRxBandwidthGbps", "hw_port_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=receive"),
            new("/Oem/Nvidia/NVLinkRawTxBandwidthGbps", "hw_port_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=transmit"),
            new("/Oem/Nvidia/NVLinkDataRxBandwidthGbps", "hw_port_data_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=receive"),
            new("/Oem/Nvidia/NVLinkDataTxBandwidthGbps", "hw_port_data_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=transmit"),
            new("/Oem/Nvidia/TXWait", "hw_port_wait_total", Label: "network_io_direction=transmit", Traits: Counts),
            .. BitErrorRates.Select(rate => new MemberRule(
                "/Oem/Nvidia/" + rate, "hw_port_bit_error_ratio", Label: "error_type=" + rate)),
            .. PortErrors(
                ("/Oem/Nvidia/NVLinkErrors/DataCRCCount", "crc_data"), ("/Oem/Nvidia/NVLinkErrors/FlitCRCCount", "crc_flit"),
                ("/Oem/Nvidia/NVLinkErrors/RecoveryCount", "recovery"), ("/Oem/Nvidia/NVLinkErrors/ReplayCount", "replay"),
                ("/Oem/Nvidia/NVLinkErrors/RuntimeError", "runtime"), ("/Oem/Nvidia/NVLinkErrors/TrainingError", "training"),
                ("/Oem/Nvidia/SymbolErrors", "symbol"), ("/Oem/Nvidia/LinkDownedCount", "link_down"), ("/Oem/Nvidia/IntentionalLinkDownCount", "link_down_intentional"),
                ("/Oem/Nvidia/UnintentionalLinkDownCount", "link_down_unintentional"), ("/Oem/Nvidia/LinkErrorRecoveryCount", "link_recovery"),
                ("/Oem/Nvidia/MalformedPackets", "malformed"), ("/Oem/Nvidia/VL15Dropped", "vl15_dropped"), ("/Oem/Nvidia/TXDiscards", "tx_discard"),
                ("/Networking/RXFCSErrors", "rx_fcs"), ("/Networking/RXDiscards", "rx_discard"), ("/Networking/TXDiscards", "tx_discard_frames"),
                ("/Networking/RXFalseCarrierErrors", "rx_false_carrier"), ("/Networking/RXFrameAlignmentErrors", "rx_alignment"),
                ("/Networking/RXOversizeFrames", "rx_oversize"), ("/Networking/RXUndersizeFrames", "rx_undersize"),
                ("/Networking/TXExcessiveCollisions", "tx_excessive_collisions"), ("/Networking/TXLateCollisions", "tx_late_collisions"),
                ("/Networking/TXMultipleCollisions", "tx_multiple_collisions"), ("/Networking/TXSingleCollisions", "tx_single_collisions"),
                ("/Networking/RDMAProtectionErrors", "rdma_protection"), ("/Networking/RDMAProtocolErrors", "rdma_protocol")),
            .. Frames("/Networking/RXFrames", "receive", "all"), .. Frames("/Networking/TXFrames", "transmit", "all"),
            .. Frames("/Networking/RXUnicastFrames", "receive", "unicast"), .. Frames("/Networking/TXUnicastFrames", "transmit", "unicast"),
            .. Frames("/Networking/RXMulticastFrames", "receive", "multicast"), .. Frames("/Networking/TXMulticastFrames", "transmit", "multicast"),
            .. Frames("/Networking/RXBroadcastFrames", "receive", "broadcast"), .. Frames("/Networking/TXBroadcastFrames", "transmit", "broadcast"),
            .. Frames("/Networking/RXPFCFrames", "receive", "pfc"), .. Frames("/Networking/TXPFCFrames", "transmit", "pfc"),
            .. Frames("/Networking/RXPauseXOFFFrames", "receive", "pause_xoff"), .. Frames("/Networking/TXPauseXOFFFrames", "transmit", "pause_xoff"),
            .. Frames("/Networking/RXPauseXONFrames", "receive", "pause_xon"), .. Frames("/Networking/TXPauseXONFrames", "transmit", "pause_xon"),
            new("/Networking/RDMARXBytes", "hw_port_rdma_bytes_total", Label: "network_io_direction=receive", Traits: Counts),
            new("/Networking/RDMATXBytes", "hw_port_rdma_bytes_total", Label: "network_io_direction=transmit", Traits: Counts),
            new("/Transceivers/*/RXInputPowerMilliWatts", "hw_transceiver_power_watts", 0.001, Part: "transceiver*", Label: "network_io_direction=receive"),
            new("/Transceivers/*/TXOutputPowerMilliWatts", "hw_transceiver_power_watts", 0.001, Part: "transceiver*", Label: "network_io_direction=transmit"),
            new("/Transceivers/*/TXBiasCurrentMilliAmps", "hw_transceiver_bias_amperes", 0.001, Part: "transceiver*"),
            new("/Transceivers/*/SupplyVoltage", "hw_voltage_volts", Part: "transceiver*"),
            new("/Transceivers/*/ByLane/*/LaneId", "", Refusal: RefusalReason.Setting),
            new("/Transceivers/*/ByLane/*/RXInputPowerMilliWatts", "hw_transceiver_power_watts", 0.001, Part: "transceiver*", Label: "network_io_direction=receive"),
            new("/Transceivers/*/ByLane/*/TXOutputPowerMilliWatts", "hw_transceiver_power_watts", 0.001, Part: "transceiver*", Label: "network_io_direction=transmit"),
            new("/Transceivers/*/ByLane/*/TXBiasCurrentMilliAmps", "hw_transceiver_bias_amperes", 0.001, Part: "transceiver*"),
            .. Pcie(),
        ]);
        yield return (ResourceKind.Port,
        [
            new("/LinkStatus", "hw_port_up"),
            new("/CurrentSpeedGbps", "hw_port_speed_bytes_per_second", GigabitPerSecond),
            Setting("/MaxSpeedGbps"), Setting("/Width"), Setting("/ActiveWidth"), Setting("/ConfiguredSpeedGbps"), Setting("/ConfiguredWidth"), Setting("/MaxFrameSize"),
            Setting("/Oem/Nvidia/RXWidth"), Setting("/Oem/Nvidia/TXWidth"), Setting("/FirstLane"), Setting("/AssociatedPhysicalPort"), Setting("/CurrentProtocolVersion"),
        ]);
        yield return (ResourceKind.SwitchMetrics,
        [
            Error("/InternalMemoryMetrics/LifeTime/CorrectableECCErrorCount", "correctable", "ecc"),
            Error("/InternalMemoryMetrics/LifeTime/UncorrectableECCErrorCount", "uncorrectable", "ecc"),
            Aggregate("/InternalMemoryMetrics/CurrentPeriod/CorrectableECCErrorCount"), Aggregate("/InternalMemoryMetrics/CurrentPeriod/UncorrectableECCErrorCount"),
            .. Pcie(),
        ]);
        foreach (var kind in new[] { ResourceKind.NetworkAdapterMetrics, ResourceKind.NetworkDeviceFunctionMetrics })
        {
            yield return (kind,
            [
                new("/RXBytes", "hw_network_io_bytes_total", Label: "network_io_direction=receive", Traits: Counts),
                new("/TXBytes", "hw_network_io_bytes_total", Label: "network_io_direction=transmit", Traits: Counts),
                .. Frames("/RXFrames", "receive", "all"), .. Frames("/TXFrames", "transmit", "all"),
                .. Frames("/RXUnicastFrames", "receive", "unicast"), .. Frames("/TXUnicastFrames", "transmit", "unicast"),
                .. Frames("/RXMulticastFrames", "receive", "multicast"), .. Frames("/TXMulticastFrames", "transmit", "multicast"),
                .. Frames("/NCSIRXFrames", "receive", "ncsi"), .. Frames("/NCSITXFrames", "transmit", "ncsi"),
                new("/HostBusRXPercent", "hw_sensor_ratio", Percent, Part: "hostbus-rx"), new("/HostBusTXPercent", "hw_sensor_ratio", Percent, Part: "hostbus-tx"),
                new("/CPUCorePercent", "hw_sensor_ratio", Percent, Part: "cpu"),
            ]);
        }
    }

    private static MemberRule[] Frames(string member, string direction, string type) =>
        [new(member, "hw_network_frames_total", Label: "network_io_direction=" + direction, Second: "frame_type=" + type, Traits: Counts)];

    private static IEnumerable<MemberRule> PortErrors(params (string Member, string Type)[] errors) =>
        errors.Select(error => new MemberRule(error.Member, "hw_port_errors_total", Label: "error_type=" + error.Type, Traits: Counts));
}
