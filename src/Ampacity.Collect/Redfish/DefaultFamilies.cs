using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>What is written of a BMC by default: power, energy, heat, coolant, leaks, breakers, fans, and whether accelerators are busy, throttled or failing.</summary>
public static class DefaultFamilies
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "hw_power_watts", "hw_energy_joules_total", "hw_host_power_watts", "hw_sensor_power_watts", "hw_sensor_energy_joules_total", "hw_power_limit_watts",
        "hw_power_supply_input_watts", "hw_power_supply_output_watts", "hw_power_supply_input_state", "hw_power_shelf_power_watts", "hw_voltage_volts", "hw_current_amperes",
        "hw_pdu_power_watts", "hw_pdu_energy_joules_total", "hw_pdu_current_amperes", "hw_pdu_voltage_volts",
        "hw_pdu_outlet_power_watts", "hw_pdu_outlet_energy_joules_total", "hw_pdu_outlet_current_amperes", "hw_pdu_outlet_voltage_volts",
        "hw_circuit_power_watts", "hw_circuit_energy_joules_total", "hw_circuit_current_amperes", "hw_circuit_voltage_volts", "hw_breaker_state",
        "hw_power_factor_ratio", "hw_apparent_power_volt_amperes", "hw_line_frequency_hertz", "hw_battery_charge_ratio", "hw_battery_health_ratio",
        "hw_temperature_celsius", "hw_temperature_margin_kelvins", "hw_humidity_ratio", "hw_air_flow_cubic_meters_per_minute",
        "hw_fan_speed_rpm", "hw_fan_speed_ratio", "hw_pump_speed_rpm", "hw_pump_speed_ratio", "hw_sensor_ratio", "hw_sensor_pressure_kilopascals",
        "hw_coolant_temperature_celsius", "hw_coolant_temperature_difference_kelvins", "hw_coolant_flow_liters_per_minute", "hw_coolant_pressure_kilopascals",
        "hw_coolant_pressure_difference_kilopascals", "hw_coolant_heat_watts", "hw_coolant_level_ratio", "hw_valve_position_ratio",
        "hw_leak_detector_state", "hw_leak_detector_blind",
        "hw_gpu_utilization_ratio", "hw_memory_bandwidth_utilization_ratio", "hw_throttled_seconds_total", "hw_throttled_ratio",
        "hw_memory_row_remap_failed", "hw_memory_row_remap_pending", "hw_memory_remapped_rows",
    };

    /// <summary>Whether a series is written by default.</summary>
    public static bool Has(ValueMeaning meaning)
    {
        ArgumentNullException.ThrowIfNull(meaning);
        return Names.Contains(meaning.Family) || (meaning.Family == "hw_errors_total" && meaning.Labels.Contains(("error_category", "ecc")));
    }
}
