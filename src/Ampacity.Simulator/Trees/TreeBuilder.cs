using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Writes a tree resource by resource; everything live is a mark that <see cref="LiveBody"/> finds again.</summary>
internal sealed class TreeBuilder
{
    public const string Root = "/redfish/v1";

    private readonly Dictionary<string, JsonObject> _resources = new(StringComparer.Ordinal);
    private readonly List<LiveHole> _holes = [];
    private readonly Dictionary<string, Reading> _sensors = new(StringComparer.Ordinal);
    private readonly List<PowerLimit> _powerLimits = [];
    private int? _time;
    private int? _stale;

    /// <summary>Readings of all sensors by path: what reports repeat.</summary>
    public IReadOnlyDictionary<string, Reading> Sensors => _sensors;

    public static JsonObject Link(string path) => new() { ["@odata.id"] = path };

    public static JsonArray Links(IEnumerable<string> paths) => new([.. paths.Select(path => (JsonNode)Link(path))]);

    public static JsonObject Ok => new() { ["State"] = "Enabled", ["Health"] = "OK" };

    /// <summary>A live number.</summary>
    public JsonNode Live(Reading reading, int decimals = 3) => Hole(new LiveHole(HoleForm.Number, decimals, reading, null));

    /// <summary>A live number in quotes, as reports have them.</summary>
    public JsonNode Quoted(Reading reading, int decimals = 6) => Hole(new LiveHole(HoleForm.QuotedNumber, decimals, reading, null));

    /// <summary>A text that differs between BMCs or instants.</summary>
    public JsonNode Text(Wording wording) => Hole(new LiveHole(HoleForm.Text, 0, null, wording));

    /// <summary>A part's own identifier of a shape: digits and letters at its end differ between BMCs.</summary>
    public JsonNode Own(string shape) => Text((in Moment moment) => moment.Self.Vary(shape));

    /// <summary>A UUID of its own.</summary>
    public JsonNode Uuid(int key) => Text((in Moment moment) => moment.Self.Uuid(key));

    /// <summary>The instant of the readings.</summary>
    public JsonNode Time() => MarkOf(_time ??= Add(new LiveHole(HoleForm.Time, 0, null, null)));

    /// <summary>Whether readings stand still.</summary>
    public JsonNode Stale() => MarkOf(_stale ??= Add(new LiveHole(HoleForm.StaleFlag, 0, null, null)));

    public void Add(string path, string type, JsonObject resource)
    {
        resource["@odata.id"] = path;
        resource["@odata.type"] = type;
        resource["Id"] ??= TreeText.Last(path);
        resource["Name"] ??= resource["Id"]!.DeepClone();
        _resources.Add(path, resource);
    }

    public void AddCollection(string path, string kind, IEnumerable<string> members)
    {
        var links = Links(members);
        var resource = new JsonObject { ["@odata.id"] = path, ["@odata.type"] = $"#{kind}Collection.{kind}Collection", ["Name"] = $"{kind} Collection" };
        resource["Members@odata.count"] = links.Count;
        resource["Members"] = links;
        _resources.Add(path, resource);
    }

    /// <summary>A collection, unless it is there already.</summary>
    public void AddCollectionOnce(string path, string kind, IEnumerable<string> members)
    {
        if (!Has(path))
        {
            AddCollection(path, kind, members);
        }
    }

    /// <summary>A collection of everything that stands one level below it by now.</summary>
    public void AddCollectionOfChildren(string path, string kind) => AddCollection(
        path, kind, _resources.Keys.Where(key => key.Length > path.Length + 1 && key.StartsWith(path, StringComparison.Ordinal) && key[path.Length] == '/'
            && key.IndexOf('/', path.Length + 1) < 0).ToList());

    /// <summary>A resource that was added, to be completed.</summary>
    public JsonObject this[string path] => _resources[path];

    public bool Has(string path) => _resources.ContainsKey(path);

    /// <summary>A sensor of a chassis; its collection is made by <see cref="AddSensorCollections"/>.</summary>
    public string AddSensor(string chassis, string id, string type, string? units, Reading reading, string? context = null, int decimals = 3)
    {
        var path = $"{chassis}/Sensors/{id}";
        var sensor = new JsonObject
        {
            ["Name"] = id.Replace('_', ' '),
            ["ReadingType"] = type,
            ["ReadingUnits"] = units,
            ["Reading"] = Live(reading, decimals),
            ["ReadingTime"] = Time(),
            ["SensingInterval"] = "PT0.25S",
            ["Status"] = Ok,
        };
        if (units is null)
        {
            sensor.Remove("ReadingUnits");
        }

        if (context is not null)
        {
            sensor["PhysicalContext"] = context;
        }

        Add(path, "#Sensor.v1_7_0.Sensor", sensor);
        _sensors[path] = reading;
        return path;
    }

    /// <summary>A sensor's value as another resource quotes it.</summary>
    public JsonObject Excerpt(string sensor, int decimals = 3) => new() { ["DataSourceUri"] = sensor, ["Reading"] = Live(_sensors[sensor], decimals) };

    /// <summary>Says which two resources set the power limit of an accelerator.</summary>
    public void AddPowerLimit(PowerLimit limit) => _powerLimits.Add(limit);

    /// <summary>Makes the collections of all sensors and links them from their chassis.</summary>
    public void AddSensorCollections()
    {
        foreach (var group in _sensors.Keys.GroupBy(path => path[..path.LastIndexOf('/')]).ToList())
        {
            AddCollection(group.Key, "Sensor", group);
            _resources[group.Key[..group.Key.LastIndexOf('/')]][nameof(Sensors)] = Link(group.Key);
        }
    }

    public TreeTemplate Build() =>
        new(_resources.ToDictionary(entry => entry.Key, entry => LiveBody.Of(entry.Value, _holes), StringComparer.Ordinal), _holes) { PowerLimits = _powerLimits };

    private JsonValue Hole(LiveHole hole) => MarkOf(Add(hole));

    private int Add(LiveHole hole)
    {
        _holes.Add(hole);
        return _holes.Count - 1;
    }

    private static JsonValue MarkOf(int hole) => JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{LiveBody.Mark}{hole}"))!;
}
