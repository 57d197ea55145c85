using System.Collections;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Translates a scope of places into a scope of series.</summary>
public static class SeriesScopes
{
    /// <summary>The series that are bound, now, to a place that a scope sees. An unbound series belongs to nobody but the whole fleet.</summary>
    /// <param name="scope">What the caller may see.</param>
    /// <param name="snapshot">The fleet now.</param>
    /// <param name="store">The raw store whose numbers the scope is of.</param>
    /// <param name="throughMs">Now, UTC milliseconds.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<SeriesScope> TranslateAsync(
        PlaceScope scope, TopologySnapshot snapshot, ISeriesReader store, long throughMs, CancellationToken cancellationToken)
    {
        if (scope is PlaceScope.WholeFleet)
        {
            return SeriesScope.Whole;
        }

        var lease = store.Lease;
        var view = snapshot.Graph.Within(scope);
        var visible = new BitArray(0);
        var query = new SeriesQuery([], long.MinValue, throughMs, SeriesScope.Whole) { Shape = ReadShape.Labels, Qualities = SampleQualities.Any };
        await foreach (var batch in store.ReadAsync(query, cancellationToken))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                if (snapshot.Binder.Bind(batch.Labels[i]) is { } bound && view.Sees(bound.Place.Node))
                {
                    if (visible.Length <= batch.SeriesNumbers[i])
                    {
                        visible.Length = batch.SeriesNumbers[i] + 1;
                    }

                    visible[batch.SeriesNumbers[i]] = true;
                }
            }
        }

        return SeriesScope.Of(visible, lease);
    }
}
