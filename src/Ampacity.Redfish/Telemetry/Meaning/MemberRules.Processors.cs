namespace Ampacity.Redfish;

/// <summary>Processors, accelerators, memory.</summary>
internal static partial class MemberRules
{
    private static readonly string[] Availabilities = ["Max", "High", "Partial", "Low", "No"];

    private static IEnumerable<(ResourceKind, MemberRule[])> Processors()
    {
        yield return (ResourceKind.ProcessorMetrics,
        [
            new("/BandwidthPercent", "hw_gpu_utilization_ratio", Percent),
            new("/OperatingSpeedMHz", "hw_frequency_hertz", MegaHertz, Label: "hw_frequency_domain=compute"),
            new("/AverageFrequencyMHz", "hw_cpu_speed_hertz", MegaHertz),
            new("/ConsumedPowerWatt", "hw_power_watts"),
            new("/TemperatureCelsius", "hw_temperature_celsius"),
            new("/CoreVoltage", "hw_voltage_volts", Part: "core"),
            new("/UserPercent", "hw_cpu_utilization_ratio", Percent, Label: "cpu_mode=user"),
            new("/KernelPercent", "hw_cpu_utilization_ratio", Percent, Label: "cpu_mode=system"),
            new("/PowerLimitThrottleDuration", "hw_throttled_seconds_total", Label: "reason=power", Traits: Counts),
            new("/ThermalLimitThrottleDuration", "hw_throttled_seconds_total", Label: "reason=thermal", Traits: Counts),
            new("/Oem/Nvidia/HardwareViolationThrottleDuration", "hw_throttled_seconds_total", Label: "reason=hardware", Traits: Counts),
            new("/Oem/Nvidia/GlobalSoftwareViolationThrottleDuration", "hw_throttled_seconds_total", Label: "reason=software", Traits: Counts),
            new("/Oem/Nvidia/AccumulatedSMUtilizationDuration", "hw_gpu_busy_seconds_total", Label: "engine=sm", Traits: Counts),
            new("/Oem/Nvidia/AccumulatedGPUContextUtilizationDuration", "hw_gpu_busy_seconds_total", Label: "engine=context", Traits: Counts),
            new("/Oem/Nvidia/PCIeRXBytes", "hw_gpu_io_bytes_total", Label: "network_io_direction=receive", Traits: Counts),
            new("/Oem/Nvidia/PCIeTXBytes", "hw_gpu_io_bytes_total", Label: "network_io_direction=transmit", Traits: Counts),
            new("/Oem/Nvidia/MemoryPageRetirementCount", "hw_memory_remapped_rows", Label: "error_type=page"),
            new("/Oem/Nvidia/NVLinkRawRxBandwidthGbps", "hw_port_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=receive"),
            new("/Oem/Nvidia/NVLinkRawTxBandwidthGbps", "hw_port_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=transmit"),
            new("/Oem/Nvidia/NVLinkDataRxBandwidthGbps", "hw_port_data_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=receive"),
            new("/Oem/Nvidia/NVLinkDataTxBandwidthGbps", "hw_port_data_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=transmit"),
            new("/Oem/Nvidia/PCIeRawRxBandwidthGbps", "hw_gpu_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=receive"),
            new("/Oem/Nvidia/PCIeRawTxBandwidthGbps", "hw_gpu_io_rate_bytes_per_second", GigabitPerSecond, Label: "network_io_direction=transmit"),
            .. Engine("GraphicsEngineActivityPercent", "graphics"), .. Engine("SMActivityPercent", "sm"), .. Engine("SMOccupancyPercent", "sm_occupancy"),
            .. Engine("SMUtilizationPercent", "sm_utilization"), .. Engine("TensorCoreActivityPercent", "tensor"), .. Engine("FP16ActivityPercent", "fp16"),
            .. Engine("FP32ActivityPercent", "fp32"), .. Engine("FP64ActivityPercent", "fp64"), .. Engine("IntegerActivityUtilizationPercent", "integer"),
            .. Engine("DMMAUtilizationPercent", "dmma"), .. Engine("HMMAUtilizationPercent", "hmma"), .. Engine("IMMAUtilizationPercent", "imma"),
            .. Engine("NVDecUtilizationPercent", "nvdec"), .. Engine("NVJpgUtilizationPercent", "nvjpg"), .. Engine("NVOfaUtilizationPercent", "nvofa"),
            new("/Oem/Nvidia/NVDecInstanceUtilizationPercent/*", "hw_gpu_activity_ratio", Percent, Part: "nvdec*", Label: "engine=nvdec"),
            new("/Oem/Nvidia/NVJpgInstanceUtilizationPercent/*", "hw_gpu_activity_ratio", Percent, Part: "nvjpg*", Label: "engine=nvjpg"),
            Error("/CacheMetricsTotal/LifeTime/CorrectableECCErrorCount", "correctable", "cache_ecc"),
            Error("/CacheMetricsTotal/LifeTime/UncorrectableECCErrorCount", "uncorrectable", "cache_ecc"),
            Aggregate("/CacheMetricsTotal/CurrentPeriod/CorrectableECCErrorCount"), Aggregate("/CacheMetricsTotal/CurrentPeriod/UncorrectableECCErrorCount"),
            Error("/CorrectableCoreErrorCount", "correctable", "core"), Error("/UncorrectableCoreErrorCount", "uncorrectable", "core"),
            Error("/CorrectableOtherErrorCount", "correctable", "other"), Error("/UncorrectableOtherErrorCount", "uncorrectable", "other"),
            new("/CoreMetrics/*/CorrectableCoreErrorCount", "", Refusal: RefusalReason.Repeated), new("/CoreMetrics/*/UncorrectableCoreErrorCount", "", Refusal: RefusalReason.Repeated),
            Setting("/ThrottlingCelsius"),
            .. Pcie(),
        ]);
        yield return (ResourceKind.Processor,
        [
            new("/Throttled", "hw_throttled_ratio", Label: "reason=any"),
            Setting("/TDPWatts"), Setting("/MaxTDPWatts"), Setting("/MaxSpeedMHz"), Setting("/MinSpeedMHz"), Setting("/TotalCores"), Setting("/TotalThreads"),
            new("/OperatingSpeedMHz", "hw_cpu_speed_hertz", MegaHertz),
        ]);
        yield return (ResourceKind.MemoryMetrics,
        [
            new("/BandwidthPercent", "hw_memory_bandwidth_utilization_ratio", Percent),
            new("/CapacityUtilizationPercent", "hw_memory_utilization_ratio", Percent),
            new("/OperatingSpeedMHz", "hw_frequency_hertz", MegaHertz, Label: "hw_frequency_domain=memory"),
            new("/TemperatureCelsius", "hw_temperature_celsius"),
            Error("/LifeTime/CorrectableECCErrorCount", "correctable", "ecc"), Error("/LifeTime/UncorrectableECCErrorCount", "uncorrectable", "ecc"),
            Error("/LifeTime/IndeterminateCorrectableErrorCount", "correctable", "indeterminate"),
            Error("/LifeTime/IndeterminateUncorrectableErrorCount", "uncorrectable", "indeterminate"),
            Aggregate("/CurrentPeriod/CorrectableECCErrorCount"), Aggregate("/CurrentPeriod/UncorrectableECCErrorCount"),
            new("/Oem/Nvidia/RowRemapping/CorrectableRowRemappingCount", "hw_memory_remapped_rows", Label: "error_type=correctable"),
            new("/Oem/Nvidia/RowRemapping/UncorrectableRowRemappingCount", "hw_memory_remapped_rows", Label: "error_type=uncorrectable"),
            .. Availabilities.Select(level => new MemberRule(
                $"/Oem/Nvidia/RowRemapping/{level}AvailabilityBankCount", "hw_memory_remap_banks", Label: "availability=" + level.ToLowerInvariant())),
            new("/Oem/Nvidia/RowRemappingFailed", "hw_memory_row_remap_failed"), new("/Oem/Nvidia/RowRemappingPending", "hw_memory_row_remap_pending"),
            new("/HealthData/PredictedMediaLifeLeftPercent", "hw_media_life_left_ratio", Percent),
            Setting("/BlockSizeBytes"),
        ]);
        yield return (ResourceKind.Memory,
        [
            new("/Oem/Nvidia/RowRemappingFailed", "hw_memory_row_remap_failed"), new("/Oem/Nvidia/RowRemappingPending", "hw_memory_row_remap_pending"),
            Setting("/CapacityMiB"), Setting("/OperatingSpeedMhz"), Setting("/BusWidthBits"), Setting("/DataWidthBits"), Setting("/RankCount"), Setting("/AllocationIncrementMiB"),
            Setting("/VolatileSizeMiB"), Setting("/NonVolatileSizeMiB"), Setting("/LogicalSizeMiB"), Setting("/AllowedSpeedsMHz/*"), Setting("/CacheSizeMiB"), Setting("/MaxTDPMilliWatts/*"),
        ]);
    }

    private static MemberRule[] Engine(string member, string engine) =>
        [new("/Oem/Nvidia/" + member, "hw_gpu_activity_ratio", Percent, Label: "engine=" + engine)];

    private static MemberRule[] Pcie() =>
    [
        Error("/PCIeErrors/CorrectableErrorCount", "correctable", "pcie"), Error("/PCIeErrors/NonFatalErrorCount", "uncorrectable", "pcie"),
        Error("/PCIeErrors/FatalErrorCount", "fatal", "pcie"), Error("/PCIeErrors/ReplayCount", "correctable", "pcie_replay"),
        Error("/PCIeErrors/ReplayRolloverCount", "correctable", "pcie_replay_rollover"), Error("/PCIeErrors/L0ToRecoveryCount", "correctable", "pcie_recovery"),
        Error("/PCIeErrors/NAKSentCount", "correctable", "pcie_nak_sent"), Error("/PCIeErrors/NAKReceivedCount", "correctable", "pcie_nak_received"),
        Error("/PCIeErrors/UnsupportedRequestCount", "uncorrectable", "pcie_unsupported_request"),
    ];
}
