using System.Collections.Concurrent;

namespace Ampacity.Simulator;

/// <summary>The resources of one kind of BMC by path; shared by all BMCs of that kind.</summary>
/// <remarks>Any thread. Answers to query parameters are made once and kept, up to <see cref="MaxKeptBytes"/>.</remarks>
internal sealed class TreeTemplate
{
    /// <summary>Most bytes of kept answers of one kind: expanded collections of the largest real tree (DGX H100) are 6 MB together.</summary>
    public const long MaxKeptBytes = 64L << 20;

    private readonly Dictionary<string, LiveBody> _bodies;
    private readonly ConcurrentDictionary<string, TreeAnswer> _answers = new(StringComparer.Ordinal);
    private long _keptBytes;

    public TreeTemplate(Dictionary<string, LiveBody> bodies, IReadOnlyList<LiveHole> holes)
    {
        _bodies = bodies;
        Holes = holes;
        Features = QueryFeatures.Of(TryGet("/redfish/v1", out var root) ? root.ParseObject() : null);
        EventStream = TryGet("/redfish/v1/EventService", out var events) && events.ParseObject() is { } service
            ? TreeText.Text(service["ServerSentEventUri"])
            : null;
        Bytes = bodies.Sum(entry => entry.Value.Bytes + (2L * entry.Key.Length) + 80);
    }

    public int Count => _bodies.Count;

    /// <summary>Bytes of all bodies; those of kept answers come on top.</summary>
    public long Bytes { get; }

    /// <summary>The live values that bodies refer to.</summary>
    public IReadOnlyList<LiveHole> Holes { get; }

    /// <summary>What the service root says of query parameters.</summary>
    public QueryFeatures Features { get; }

    /// <summary>Path of the stream of events, or null when this kind has none.</summary>
    public string? EventStream { get; }

    /// <summary>What sets the power limits of accelerators; none in captured trees, whose power is not ours to hold down.</summary>
    public IReadOnlyList<PowerLimit> PowerLimits { get; init; } = [];

    /// <summary>The serial that a captured tree has for its tray; null when it says none, or is generated.</summary>
    public string? Serial { get; init; }

    /// <summary>The MAC that a captured tree has for its BMC, as it spells it.</summary>
    public string? Mac { get; init; }

    /// <summary>Paths of all resources, in no order.</summary>
    public IEnumerable<string> Paths => _bodies.Keys;

    public bool TryGet(string path, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out LiveBody body) => _bodies.TryGetValue(path, out body);

    /// <summary>The same tree from firmware that states no units of sensors.</summary>
    public TreeTemplate WithoutUnits()
    {
        var bodies = new Dictionary<string, LiveBody>(_bodies, StringComparer.Ordinal);
        foreach (var (path, body) in _bodies)
        {
            if (path.Contains("/Sensors/", StringComparison.Ordinal) && body.ParseObject() is { } sensor && sensor.Remove("ReadingUnits"))
            {
                bodies[path] = LiveBody.Of(sensor, Holes);
            }
        }

        return new TreeTemplate(bodies, Holes) { Serial = Serial, Mac = Mac, PowerLimits = PowerLimits };
    }

    /// <summary>A resource through query parameters; the same question is answered from memory.</summary>
    public TreeAnswer Ask(string path, TreeQuery query)
    {
        var key = $"{path}?{query}";
        if (_answers.TryGetValue(key, out var known))
        {
            return known;
        }

        var answer = query.Answer(path, found => TryGet(found, out var body) ? body.Parse() : null, Holes);
        var bytes = answer.Body?.Bytes ?? 0;
        if (Interlocked.Add(ref _keptBytes, bytes + 200) <= MaxKeptBytes)
        {
            _answers[key] = answer;
        }
        else
        {
            Interlocked.Add(ref _keptBytes, -bytes - 200);
        }

        return answer;
    }
}
