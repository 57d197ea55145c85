using System.Text.Json;

namespace Ampacity.Simulator;

/// <summary>The platforms whose manners are known, as data.</summary>
/// <remarks>
/// Times are of real captures of one BMC each, a walk at one request at a time (mean and longest of a request): NVIDIA/libredfish and
/// ilo-redfish-emulator recordings, as digested in this project's reference on Redfish. What a platform does wrong is what its tree or its
/// clients' issue trackers show.
/// </remarks>
public static class PlatformBehaviours
{
    private const string Table = """
        [
          {"Name": "gb200",       "MeanSeconds": 0.217, "MaxSeconds": 2.9,  "Concurrency": 4, "LogSeconds": 1.5,  "StaleShare": 0.05},
          {"Name": "gb300",       "MeanSeconds": 0.2,   "MaxSeconds": 2.9,  "Concurrency": 4, "StaleShare": 0.01, "NanShare": 0.002, "SaturatingCounters": true},
          {"Name": "gb300-ami",   "MeanSeconds": 0.2,   "MaxSeconds": 5.0,  "Concurrency": 4, "Expand": "Broken"},
          {"Name": "nvswitch",    "MeanSeconds": 0.045, "MaxSeconds": 0.67, "Concurrency": 4, "Expand": "Off"},
          {"Name": "dgx-h100",    "MeanSeconds": 0.526, "MaxSeconds": 20.9, "Concurrency": 2, "LogSeconds": 10.0, "Expand": "Broken", "PageSize": 50, "WithoutUnits": true, "SessionSeconds": 30},
          {"Name": "gh200",       "MeanSeconds": 0.155, "MaxSeconds": 5.3,  "Concurrency": 4},
          {"Name": "bluefield3",  "MeanSeconds": 0.09,  "MaxSeconds": 23.1, "Concurrency": 4, "LogSeconds": 12.0},
          {"Name": "idrac9",      "MeanSeconds": 0.19,  "MaxSeconds": 18.0, "Concurrency": 4, "Sessions": 8, "SessionSeconds": 1800, "LogSeconds": 6.0, "PageSize": 50},
          {"Name": "ilo5",        "MeanSeconds": 0.305, "MaxSeconds": 3.4,  "Concurrency": 1, "SessionSeconds": 30, "Expand": "Off", "MaxWaiting": 8},
          {"Name": "xcc",         "MeanSeconds": 0.382, "MaxSeconds": 8.3,  "Concurrency": 4, "SessionSeconds": 300, "WithoutUnits": true},
          {"Name": "supermicro",  "MeanSeconds": 0.253, "MaxSeconds": 5.8,  "Concurrency": 2, "SessionSeconds": 300},
          {"Name": "openbmc",     "MeanSeconds": 0.1,   "MaxSeconds": 2.0,  "Concurrency": 4, "Expand": "Off", "SessionSeconds": 1800},
          {"Name": "power-shelf", "MeanSeconds": 0.08,  "MaxSeconds": 2.0,  "Concurrency": 1, "Expand": "Off", "MaxWaiting": 4},
          {"Name": "busy",        "MeanSeconds": 0.1,   "MaxSeconds": 2.0,  "Concurrency": 1, "MaxWaiting": 2, "BusyShare": 0.05},
          {"Name": "dead-slow",   "MeanSeconds": 20.0,  "MaxSeconds": 60.0, "Concurrency": 1, "MaxWaiting": 2}
        ]
        """;

    private static readonly JsonSerializerOptions Reading = new() { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    /// <summary>All of them, in the order of the table; <see cref="PlatformBehaviour.Ideal"/> is none of them.</summary>
    public static IReadOnlyList<PlatformBehaviour> All { get; } = JsonSerializer.Deserialize<PlatformBehaviour[]>(Table, Reading)
        ?? throw new InvalidOperationException("Bug: no table of platforms");

    /// <summary>The one of a name, or null.</summary>
    public static PlatformBehaviour? ByName(string name) =>
        name == PlatformBehaviour.Ideal.Name ? PlatformBehaviour.Ideal : All.FirstOrDefault(known => known.Name == name);

    /// <summary>What a kind of BMC is like when each is to be like its own; shared, so that a BMC keeps none.</summary>
    public static PlatformBehaviour Usual(SimulatedKind kind) => kind switch
    {
        SimulatedKind.NvidiaComputeTray => Named("gb200"),
        SimulatedKind.Dpu => Named("bluefield3"),
        SimulatedKind.NvSwitchTray or SimulatedKind.SwitchTray => Named("nvswitch"),
        SimulatedKind.PowerShelf or SimulatedKind.RackPdu or SimulatedKind.CoolantUnit => Named("power-shelf"),
        _ => Named("openbmc"),
    };

    private static PlatformBehaviour Named(string name) => ByName(name) ?? throw new InvalidOperationException($"Bug: no platform {name}");
}
