using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ampacity.Redfish;

/// <summary>A profile is wrong; the message says which file or profile, what in it, and what is allowed.</summary>
public sealed class PlatformProfileException(string message) : Exception(message);

/// <summary>
/// What a collector must know about one kind of BMC, as data: how to recognise it, where its tray's identity stands, how hard it may
/// be asked, which metric reports to read, and what their values mean. A new platform is a new file, not new code.
/// </summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed record PlatformProfile
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
    };

    /// <summary>Where the schema stands; for editors, not read.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Name of the profile: lower-case letters, digits and dashes.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Which service roots it is for.</summary>
    public required ProfileMatch Match { get; init; }

    /// <summary>Most requests at one time to such a BMC, 1 to 16.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How it wants to be asked.</summary>
    public ProfileManners Manners { get; init; } = new();

    /// <summary>Where the tray's identity stands.</summary>
    public required ProfileIdentity Identity { get; init; }

    /// <summary>Which resources are components, and what they are called in the <c>component</c> label.</summary>
    public IReadOnlyList<ProfileComponent> Components { get; init; } = [];

    /// <summary>Metric reports that the poller reads at every poll.</summary>
    public IReadOnlyList<string> Reports { get; init; } = [];

    /// <summary>What the values of those reports mean; the first rule whose pattern matches wins.</summary>
    public IReadOnlyList<MetricRule> Metrics { get; init; } = [];

    /// <summary>Values that are known and left out on purpose, with the reason; they are counted as unmapped all the same.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Reads a profile, strictly: an unknown member is refused, since a misspelt one would be silently without effect.</summary>
    /// <exception cref="PlatformProfileException">It is not JSON, has unknown, missing or wrong members, or a pattern is malformed.</exception>
    public static PlatformProfile Parse(string json)
    {
        try
        {
            var profile = JsonSerializer.Deserialize<PlatformProfile>(json, Strict)
                ?? throw new PlatformProfileException("the profile is null");
            profile.Check();
            return profile;
        }
        catch (JsonException e)
        {
            throw new PlatformProfileException($"line {e.LineNumber + 1}, {e.Path}: {e.Message}");
        }
    }

    /// <summary>What a metric property means: the rule and the component, or null when no rule is for it.</summary>
    /// <param name="metricProperty">As the report writes it; a trailing <c>#/Reading</c> is ignored.</param>
    public (MetricRule Rule, string Component)? Map(string metricProperty)
    {
        const string Reading = "#/Reading";
        var path = metricProperty.EndsWith(Reading, StringComparison.Ordinal) ? metricProperty[..^Reading.Length] : metricProperty;
        foreach (var rule in Metrics)
        {
            if (rule.Compiled.Apply(path, rule.Component) is { } component)
            {
                return (rule, component);
            }
        }

        return null;
    }

    private void Check()
    {
        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new PlatformProfileException($"profile '{Id}': {what}");
            }
        }

        Require(Id.Length is > 0 and <= 64 && Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            "id: lower-case letters, digits and dashes, 1 to 64 of them");
        Require(Concurrency is >= 1 and <= 16, $"concurrency {Concurrency}: 1 to 16");
        foreach (var pointer in Identity.Serial.Concat(Identity.Part).Concat(Identity.Model).Concat(Identity.ManagerMac))
        {
            Require(pointer.StartsWith("/redfish/v1", StringComparison.Ordinal) && pointer.Contains("#/", StringComparison.Ordinal),
                $"identity '{pointer}': a path, a # and a JSON pointer, such as /redfish/v1/Chassis/Chassis_0#/SerialNumber");
        }

        foreach (var skipped in Manners.Skip ?? [])
        {
            Require(skipped.StartsWith("/redfish/v1/", StringComparison.Ordinal), $"skip '{skipped}': a path below /redfish/v1, * for any segment");
        }

        foreach (var report in Reports)
        {
            Require(report.StartsWith("/redfish/v1/", StringComparison.Ordinal), $"report '{report}': a path below /redfish/v1");
        }

        try
        {
            foreach (var rule in Metrics)
            {
                Require(double.IsFinite(rule.Factor) && rule.Factor != 0, $"metric '{rule.Pattern}': the factor is zero or not finite");
                Require(rule.Name.Length > 0 && rule.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'),
                    $"metric '{rule.Pattern}': the name '{rule.Name}' is not lower-case letters, digits and _");
                Require((rule.Kind == MetricKind.Counter) == rule.Name.EndsWith("_total", StringComparison.Ordinal),
                    $"metric '{rule.Pattern}': counters, and only they, end in _total");
                _ = rule.Compiled;
            }

            foreach (var component in Components)
            {
                _ = component.Compiled;
            }

            foreach (var leftOut in LeftOut)
            {
                _ = leftOut.Compiled;
            }
        }
        catch (FormatException e)
        {
            throw new PlatformProfileException($"profile '{Id}': {e.Message}");
        }
    }
}

/// <summary>Where a tray's identity stands: <c>path#/json/pointer</c>, the first that gives something; <c>*</c> is each member of a collection.</summary>
/// <param name="Serial">Serial number of the tray.</param>
/// <param name="Part">Part number.</param>
/// <param name="Model">Model.</param>
/// <param name="ManagerMac">MAC of the BMC's own network port: the BMC's identity until its board is swapped.</param>
public sealed record ProfileIdentity(
    IReadOnlyList<string> Serial, IReadOnlyList<string> Part, IReadOnlyList<string> Model, IReadOnlyList<string> ManagerMac);

/// <summary>A kind of component.</summary>
/// <param name="Pattern">Paths of its resources.</param>
/// <param name="Component">What it is called: <c>gpu{n}</c>.</param>
/// <param name="Kind">Accelerator, processor or other.</param>
/// <param name="Firmware">A <c>path#/pointer</c> template of its firmware version, when not in the resource itself.</param>
public sealed record ProfileComponent(string Pattern, string Component, ProfileComponentKind Kind, string? Firmware = null)
{
    private UriPattern? _compiled;

    internal UriPattern Compiled => _compiled ??= new UriPattern(Pattern);

    /// <summary>The component's name when the path is one of these, else null.</summary>
    public string? NameOf(string path) => Compiled.Apply(path, Component);

    /// <summary>Where the firmware version of the component at this path stands, or null.</summary>
    public string? FirmwareOf(string path) => Firmware is null ? null : Compiled.Apply(path, Firmware);
}

/// <summary>What a component is.</summary>
public enum ProfileComponentKind
{
    /// <summary>A GPU, TPU or other accelerator.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>How a value behaves over time.</summary>
public enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only rises, but for resets.</summary>
    Counter,
}

/// <summary>What the values of some metric properties mean.</summary>
/// <param name="Pattern">Metric properties it is for.</param>
/// <param name="Name">Canonical metric name, unit included.</param>
/// <param name="Component">Value of the <c>component</c> label.</param>
/// <param name="Kind">Gauge or counter.</param>
/// <param name="Factor">What the reading is multiplied by to come to the name's unit.</param>
/// <param name="Inferred">The unit or meaning was worked out by us, not stated by the BMC: samples get quality Inferred.</param>
/// <param name="Trap">What people get wrong about it.</param>
public sealed record MetricRule(
    string Pattern, string Name, string Component, MetricKind Kind, double Factor = 1, bool Inferred = false, string? Trap = null)
{
    private UriPattern? _compiled;

    internal UriPattern Compiled => _compiled ??= new UriPattern(Pattern);
}

/// <summary>Values that are left out on purpose.</summary>
/// <param name="Pattern">Metric properties.</param>
/// <param name="Why">The reason.</param>
public sealed record LeftOut(string Pattern, string Why)
{
    private UriPattern? _compiled;

    internal UriPattern Compiled => _compiled ??= new UriPattern(Pattern);
}
