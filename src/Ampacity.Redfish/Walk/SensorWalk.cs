namespace Ampacity.Redfish;

/// <summary>Sensors of a chassis and metrics of parts: what is there, and what of it a poller would read.</summary>
internal sealed class SensorWalk(WalkTools tools)
{
    private readonly ResourceWalk _walk = tools.Walk;
    private readonly WalkedHardware _found = tools.Found;

    /// <summary>The sensors of a collection; how many of them a poller would read.</summary>
    public async Task<int> CollectionAsync(string? link, CancellationToken cancellationToken)
    {
        if (link is null || tools.Profile.Manners.Skips(link))
        {
            return 0;
        }

        var collection = await _walk.CollectionAsync(link, "Reading", cancellationToken);
        var values = new List<PlanValue>();
        foreach (var path in Ordered(collection))
        {
            var isKnown = _walk.IsKnown(path);
            var body = isKnown || tools.SensorsAsked < _walk.Limits.SensorsOneByOne ? await _walk.ReadAsync(path, cancellationToken) : null;
            if (body is not { } sensor)
            {
                _found.Sensors.Add(new WalkedSensor(path, null, null, null, null, null, IsRead: false));
                continue;
            }

            tools.SensorsAsked += isKnown ? 0 : 1;
            var seen = Seen(sensor);
            _found.Sensors.Add(seen);
            if (seen.State is not "Absent" && tools.Meaning.ClassOf(seen) is { } kind)
            {
                values.Add(new PlanValue(KeyOf(sensor.Uri), kind));
            }
        }

        Plan(_walk, _found, collection, values);
        return values.Count;
    }

    // Where they are read one by one and not all can be, those whose names say watts, joules or degrees come first.
    private static IEnumerable<string> Ordered(WalkedMembers collection) => collection.CarriesMembers
        ? collection.Paths
        : collection.Paths.OrderBy(path => SensorMeaning.NameRank(WalkTools.LastSegment(path)));

    /// <summary>Sensors that only excerpts name: those that are there join the others.</summary>
    public async Task NamedAsync(CancellationToken cancellationToken)
    {
        foreach (var path in _found.OnlyNamed())
        {
            if (tools.SensorsAsked++ >= _walk.Limits.SensorsOneByOne)
            {
                return;
            }

            if (await _walk.ReadAsync(path, cancellationToken) is { } sensor)
            {
                sensor.Note("", "a sensor that no collection lists");
                _found.Sensors.Add(Seen(sensor));
            }
        }
    }

    private static WalkedSensor Seen(ResourceReader sensor) => new(
        sensor.Uri, sensor.Text("ReadingType"), sensor.Text("ReadingUnits"), sensor.Text("Status/State"), sensor.Text("Name"),
        sensor.Text("PhysicalContext"), IsRead: true);

    /// <summary>Metrics that a part links to.</summary>
    public async Task MetricsAsync(ResourceReader owner, string property, CancellationToken cancellationToken)
    {
        if (owner.Link(property) is not { } link || tools.Profile.Manners.Skips(link)
            || await _walk.ReadAsync(link, cancellationToken) is not { } metrics)
        {
            return;
        }

        var values = Excerpts.In(metrics, _found);
        if (values.Count > 0)
        {
            _found.Sources.Add(new PlanSource(metrics.Uri, PlanForm.Member, _walk.BytesOf(metrics.Uri), values));
        }
    }

    /// <summary>What tells a value from others: the path of its sensor, whether or not a pointer to the reading is given.</summary>
    public static string KeyOf(string property)
    {
        const string Reading = "#/Reading";
        return (property.EndsWith(Reading, StringComparison.Ordinal) ? property[..^Reading.Length] : property).TrimEnd('/');
    }

    /// <summary>A collection as one source where one GET brings it, else each of its members that gives something.</summary>
    public static void Plan(ResourceWalk walk, WalkedHardware found, WalkedMembers collection, List<PlanValue> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        if (collection.InOneAnswer)
        {
            found.Sources.Add(new PlanSource(collection.Query, PlanForm.Expanded, collection.Bytes, values));
            return;
        }

        foreach (var value in values)
        {
            var uri = value.Key.Split('#')[0];
            found.Sources.Add(new PlanSource(uri, PlanForm.Member, walk.BytesOf(uri), [value]));
        }
    }
}
