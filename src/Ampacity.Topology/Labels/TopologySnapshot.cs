using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>One graph with all that is derived from it to join series: binder and place labels.</summary>
/// <remarks>Any thread; what was joined once is kept with it, within limits, and goes with it.</remarks>
public sealed class TopologySnapshot
{
    private static long _last;

    private readonly JoinedSeriesCache _joined = new();
    private readonly long _id = Interlocked.Increment(ref _last);

    /// <summary>Prepares a graph for joining.</summary>
    public TopologySnapshot(FleetGraph graph)
    {
        Graph = graph;
        Binder = new SeriesBinder(graph);
        Labels = new PlaceLabels(graph);
    }

    /// <summary>The graph.</summary>
    public FleetGraph Graph { get; }

    /// <summary>Which place a series belongs to.</summary>
    public SeriesBinder Binder { get; }

    /// <summary>Labels of places.</summary>
    public PlaceLabels Labels { get; }

    /// <summary>What was worked out for whole selections.</summary>
    internal JoinCache Columns { get; } = new();

    /// <summary>Another number for every snapshot of this process.</summary>
    internal long Id => _id;

    /// <summary>What a raw series is called and where it belongs in this graph, read for a family or as itself.</summary>
    public JoinedSeries Join(LabelSet raw, MetricFamily? family, FamilySource? source) =>
        _joined.Get(raw, source, () => MakeJoined(raw, family, source));

    /// <summary>The same, worked out anew and not kept.</summary>
    internal JoinedSeries MakeJoined(LabelSet raw, MetricFamily? family, FamilySource? source)
    {
        var named = family is null || source is null ? raw : Rename(raw, family, source);
        var bound = Binder.Bind(named) ?? Binder.Bind(raw);
        if (bound is not { } place)
        {
            return new JoinedSeries(named, null, SubjectOf(family, named["component"], named));
        }

        // An exporter that names only a UUID is bound to a socket: the build says which component that is.
        var component = named["component"] is { Length: > 0 } stated
            ? stated
            : Graph.BuildOf(place.Place.Node)?.PartAt(place.Place.Part)?.Component ?? "";

        var topology = Labels.Of(place.Place);
        var labels = new LabelSetBuilder();
        foreach (var label in named)
        {
            // On a bound series the topology's label wins and the incoming one is kept beside it (DESIGN §5).
            var name = label.Name;
            labels.Add(topology.Any(added => added.Name == name) ? "exported_" + name : name, label.Value);
        }

        if (family is not null && component.Length > 0 && named["component"].Length == 0)
        {
            labels.Add("component", component);
        }

        foreach (var (name, value) in topology)
        {
            labels.Add(name, value);
        }

        return new JoinedSeries(labels.Build(), place, SubjectOf(family, component, named));
    }

    private static string SubjectOf(MetricFamily? family, string component, LabelSet named) => family?.SubjectOf(component, named) ?? component;

    /// <summary>A raw series under a family's name, with the labels that the family makes; without a place's.</summary>
    public static LabelSet NamedAs(LabelSet raw, MetricFamily family, FamilySource source) => Rename(raw, family, source);

    private static LabelSet Rename(LabelSet raw, MetricFamily family, FamilySource source)
    {
        var labels = new LabelSetBuilder().Add(LabelSet.MetricName, family.Name);
        foreach (var (name, template) in source.Labels)
        {
            labels.Add(name, template.Fill(raw));
        }

        foreach (var label in raw)
        {
            if (!label.NameEquals(LabelSet.MetricName) && !source.Labels.ContainsKey(label.Name))
            {
                labels.Add(label.NameBytes, label.ValueBytes);
            }
        }

        return labels.Build();
    }
}

/// <summary>A series as a query sees it.</summary>
/// <param name="Labels">Its labels with the topology's.</param>
/// <param name="Place">Where it belongs, or null if no rule binds it.</param>
/// <param name="Subject">What it is of within its place, as <see cref="MetricFamily.SubjectOf"/> says; empty if it names nothing.</param>
public sealed record JoinedSeries(LabelSet Labels, BoundPlace? Place, string Subject)
{
    /// <summary>Whether the subject names a component, so that another series of the same subject is of the same thing.</summary>
    internal bool NamesComponent => Subject.Length > 0 && Subject[0] != MetricFamily.SubjectSeparator;
}
