using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Reads the newest value of a gauge everywhere into a column. Remembers where each series belongs, so that the next frame only reads values.</summary>
/// <remarks>One thread.</remarks>
public sealed class LiveReading(string family)
{
    private readonly SeriesBatch _batch = new();
    private StableKey[] _keys = [];
    private LiveLayout _layout = LiveLayout.Empty;

    /// <summary>Reads a column as of an instant; a reading older than <see cref="NodeRollUp.FreshMs"/> is none.</summary>
    public async Task<LiveColumn<double>> ReadAsync(TopologyReader reader, TopologyTimeline fleet, long atMs, CancellationToken cancellationToken)
    {
        // As of the frame's instant: a place of an earlier graph may lie outside this one's columns and builds.
        var query = new SeriesQuery(
            [new Matcher(LabelSet.MetricName, MatchKind.Equal, family)], atMs - NodeRollUp.FreshMs, atMs, SeriesScope.Whole)
        { Shape = ReadShape.Newest, AsOfMs = atMs };
        return await reader.SelectPlacedAsync(query, fleet, cancellationToken) is { } selection
            ? await ReadSelectedAsync(selection, cancellationToken)
            : await ReadOneByOneAsync(reader, fleet, query, cancellationToken);
    }

    private async Task<LiveColumn<double>> ReadSelectedAsync(PlacedSelection selection, CancellationToken cancellationToken)
    {
        var keys = selection.Keys();
        if (!keys.AsSpan().SequenceEqual(_keys))
        {
            (_keys, _layout) = (keys, LiveLayout.Of(keys));
        }

        var column = new LiveColumn<double>(_layout);
        const int AtOnce = 4096;
        for (var from = 0; from < selection.Count; from += AtOnce)
        {
            _batch.Clear();
            await selection.ReadAsync(from, Math.Min(from + AtOnce, selection.Count), _batch, cancellationToken);
            for (var i = 0; i < _batch.SeriesCount; i++)
            {
                if (_batch.Offsets[i] < _batch.Offsets[i + 1] && _layout.SlotOf(_batch.SeriesNumbers[i]) is var slot and >= 0)
                {
                    column.Set(slot, _batch.Values[_batch.Offsets[i + 1] - 1], _batch.TimestampsMs[_batch.Offsets[i + 1] - 1]);
                }
            }
        }

        column.Close();
        return column;
    }

    // Two sources may speak for one component, so samples decide which of them does; or the store makes no selections.
    private static async Task<LiveColumn<double>> ReadOneByOneAsync(
        TopologyReader reader, TopologyTimeline fleet, SeriesQuery query, CancellationToken cancellationToken)
    {
        var (keys, times, values) = (new List<StableKey>(), new List<long>(), new List<double>());
        await foreach (var batch in reader.ReadPlacedAsync(query, fleet, cancellationToken))
        {
            batch.ForEachSample((joined, timestampMs, value) =>
            {
                if (joined.Place is { } bound)
                {
                    keys.Add(bound.Place);
                    times.Add(timestampMs);
                    values.Add(value);
                }
            });
        }

        var layout = LiveLayout.Of(keys.ToArray());
        var column = new LiveColumn<double>(layout);
        for (var i = 0; i < keys.Count; i++)
        {
            column.Set(layout.SlotOf(i), values[i], times[i]);
        }

        column.Close();
        return column;
    }
}
