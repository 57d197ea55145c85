using System.Globalization;
using System.Text;

namespace Ampacity.Benchmarks;

/// <summary>Bodies as a GB200 tray's BMC gives them, made: the same members in the same order and about the same length.</summary>
internal static class TrayBodies
{
    /// <summary>A metric report as NVIDIA's BMCs write it: 1,500 values with a time and a stale flag each, some 430 KB.</summary>
    public static byte[] Report()
    {
        var text = new StringBuilder("""{"@odata.id":"/redfish/v1/TelemetryService/MetricReports/HGX_ProcessorPortMetrics_0","@odata.type":"#MetricReport.v1_4_2.MetricReport","Id":"HGX_ProcessorPortMetrics_0","MetricValues":[""");
        for (var value = 0; value < 1_500; value++)
        {
            text.Append(value == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $$$$"""{"MetricProperty":"/redfish/v1/Systems/HGX_Baseboard_0/Processors/GPU_{{{{value / 375}}}}/Ports/NVLink_{{{{value % 18}}}}/Metrics#/Oem/Nvidia/NVLinkErrors/Kind{{{{value % 375}}}}","MetricValue":"{{{{value * 7.25:F6}}}}","Oem":{"Nvidia":{"@odata.type":"#NvidiaMetricReport.v1_0_0.NvidiaMetricReport","MetricValueStale":false}},"Timestamp":"2026-11-30T11:22:{{{{value % 60:00}}}}.131+00:00"}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    /// <summary>A Sensors collection with its members in it: 236 sensors with thresholds, some 170 KB.</summary>
    public static byte[] Sensors()
    {
        var text = new StringBuilder("""{"@odata.id":"/redfish/v1/Chassis/HGX_Chassis_0/Sensors","@odata.type":"#SensorCollection.SensorCollection","Members":[""");
        for (var sensor = 0; sensor < 236; sensor++)
        {
            text.Append(sensor == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $$$$"""{"@odata.id":"/redfish/v1/Chassis/HGX_Chassis_0/Sensors/HGX_Chassis_0_Part_{{{{sensor}}}}_Temp_0","@odata.type":"#Sensor.v1_7_0.Sensor","Id":"HGX_Chassis_0_Part_{{{{sensor}}}}_Temp_0","Name":"HGX Chassis 0 Part {{{{sensor}}}} Temp 0","PhysicalContext":"GPUSubsystem","Reading":{{{{20 + (sensor / 8.0)}}}},"ReadingRangeMax":127.0,"ReadingRangeMin":-128.0,"ReadingType":"Temperature","ReadingUnits":"Cel","RelatedItem":[{"@odata.id":"/redfish/v1/Systems/HGX_Baseboard_0"}],"Status":{"Conditions":[],"Health":"OK","HealthRollup":"OK","State":"Enabled"},"Thresholds":{"LowerCaution":{"Reading":5.0},"UpperCaution":{"Reading":70.0},"UpperCritical":{"Reading":75.0}}}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}
