using Ampacity.Redfish;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>What the bytes of a BMC's body cost until its values stand in columns; one operation is one body. Allocation is none.</summary>
public class ResourceDecoderBenchmarks
{
    private readonly ResourceDecoder _decoder = new();
    private readonly MetricPropertyTable _properties = new();
    private readonly MetricReadings _readings = new();
    private byte[] _report = [];
    private byte[] _sensors = [];

    [GlobalSetup]
    public void Setup()
    {
        (_report, _sensors) = (TrayBodies.Report(), TrayBodies.Sensors());

        // Every property once, and the ways between them.
        for (var i = 0; i < 3; i++)
        {
            _ = Report_of_1500_values() + Collection_of_236_sensors();
        }

        Console.WriteLine(FormattableString.Invariant($"// bytes: report {_report.Length}, sensors {_sensors.Length}"));
    }

    [Benchmark]
    public int Report_of_1500_values() => Decode(_report, "/redfish/v1/TelemetryService/MetricReports/R");

    [Benchmark]
    public int Collection_of_236_sensors() => Decode(_sensors, "/redfish/v1/Chassis/HGX_Chassis_0/Sensors");

    private int Decode(byte[] body, string path)
    {
        _readings.Clear();
        return _decoder.Decode(body, path, _properties, _readings).Readings;
    }
}
