using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>
/// What there is of series before anything is joined to them: our own store, or our own for what this server makes itself and, beside it, one that
/// somebody else runs.
/// </summary>
/// <remarks>Any thread.</remarks>
internal sealed class StoredSeries(SampleStore own, RemoteSeriesReader? beside)
{
    /// <summary>Reads all of them by stored labels.</summary>
    public ISeriesReader Reader { get; } = beside is null ? own : new PairedReader(own, beside);

    /// <summary>The store beside; null where there is none.</summary>
    public RemoteSeriesReader? Beside => beside;

    /// <summary>Why samples that others send are not taken; null where they are.</summary>
    public string? RefusesSamples => beside is null ? null
        : $"this server takes no samples: it reads those of {beside.Name} (--store); send them there";

    /// <summary>The series that a scope of places may see.</summary>
    public async ValueTask<SeriesScope> ScopeOfAsync(PlaceScope scope, TopologySnapshot snapshot, CancellationToken cancellationToken)
    {
        var ours = await SeriesScopes.TranslateAsync(scope, snapshot, own, long.MaxValue, cancellationToken);
        return beside is null ? ours
            : PairedReader.ScopeOf(ours, ours.IsWhole ? SeriesScope.Whole : new BesideScope(beside.Series, snapshot, snapshot.Graph.Within(scope)));
    }
}

/// <summary>
/// Series of the store beside that are bound to a visible place. Asked one by one as they are read: to list all that a store has, as is done with
/// our own, could take minutes.
/// </summary>
internal sealed class BesideScope(RemoteSeriesTable series, TopologySnapshot snapshot, FleetView view) : SeriesScope
{
    public override bool Contains(int seriesNumber) => snapshot.Binder.Bind(series.LabelsOf(seriesNumber)) is { } bound && view.Sees(bound.Place.Node);
}
