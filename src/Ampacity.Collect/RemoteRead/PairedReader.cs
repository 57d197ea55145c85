using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Two stores read as one: ours, for what this server makes itself, and one that somebody else runs. A series that both have is ours.
/// </summary>
/// <remarks>Any thread. Series of our own store have even numbers, those of the other one odd ones, so that a scope tells them apart.</remarks>
public sealed class PairedReader(ISeriesReader own, ISeriesReader other) : ISeriesReader
{
    /// <inheritdoc/>
    /// <remarks>The other store never takes a number back (<see cref="RemoteSeriesTable"/>).</remarks>
    public SeriesLease Lease => own.Lease;

    /// <inheritdoc/>
    /// <remarks>Ours: nobody knows how far back the other store's samples go.</remarks>
    public SampleReach? Reach => own.Reach;

    /// <summary>A scope over both.</summary>
    public static SeriesScope ScopeOf(SeriesScope own, SeriesScope other)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(other);
        return own.IsWhole && other.IsWhole ? SeriesScope.Whole : new BothScope(own, other);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var ours = new HashSet<LabelSet>();
        var numbers = Array.Empty<int>();
        await foreach (var batch in own.ReadAsync(query with { Scope = Half(query.Scope, 0) }, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                ours.Add(labels);
            }

            Renumber(batch, 0, ref numbers);
            yield return batch;
        }

        var rest = new SeriesBatch();
        await foreach (var batch in other.ReadAsync(query with { Scope = Half(query.Scope, 1) }, cancellationToken))
        {
            Renumber(batch, 1, ref numbers);
            if (!HasAny(batch, ours))
            {
                yield return batch;
                continue;
            }

            CopyWithout(batch, ours, rest);
            if (rest.SeriesCount > 0)
            {
                yield return rest;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Union(
            await own.ReadLabelNamesAsync(query with { Scope = Half(query.Scope, 0) }, cancellationToken),
            await other.ReadLabelNamesAsync(query with { Scope = Half(query.Scope, 1) }, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Union(
            await own.ReadLabelValuesAsync(labelName, query with { Scope = Half(query.Scope, 0) }, cancellationToken),
            await other.ReadLabelValuesAsync(labelName, query with { Scope = Half(query.Scope, 1) }, cancellationToken));
    }

    private static string[] Union(IReadOnlyList<string> one, IReadOnlyList<string> two) => [.. one.Union(two, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static void Renumber(SeriesBatch batch, int parity, ref int[] numbers)
    {
        if (numbers.Length < batch.SeriesCount)
        {
            numbers = new int[batch.SeriesCount];
        }

        for (var i = 0; i < batch.SeriesCount; i++)
        {
            numbers[i] = (batch.SeriesNumbers[i] * 2) + parity;
        }

        batch.Renumber(0, numbers.AsSpan(0, batch.SeriesCount));
    }

    private static bool HasAny(SeriesBatch batch, HashSet<LabelSet> ours)
    {
        if (ours.Count > 0)
        {
            foreach (var labels in batch.Labels)
            {
                if (ours.Contains(labels))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void CopyWithout(SeriesBatch batch, HashSet<LabelSet> ours, SeriesBatch into)
    {
        into.Clear();
        for (var i = 0; i < batch.SeriesCount; i++)
        {
            if (ours.Contains(batch.Labels[i]))
            {
                continue;
            }

            var (from, end) = (batch.Offsets[i], batch.Offsets[i + 1]);
            into.BeginSeries(batch.SeriesNumbers[i], batch.Labels[i]);
            into.Append(batch.TimestampsMs[from..end], batch.Values[from..end], batch.Qualities[from..end]);
        }
    }

    private static SeriesScope Half(SeriesScope scope, int parity) => scope.IsWhole ? scope
        : scope is BothScope both ? parity == 0 ? both.Own : both.Other
        : new HalfScope(scope, parity);

    private sealed class HalfScope(SeriesScope both, int parity) : SeriesScope
    {
        public override bool Contains(int seriesNumber) => both.Contains((seriesNumber * 2) + parity);
    }

    private sealed class BothScope(SeriesScope own, SeriesScope other) : SeriesScope
    {
        public SeriesScope Own => own;

        public SeriesScope Other => other;

        public override bool Contains(int seriesNumber) => (seriesNumber & 1) == 0 ? own.Contains(seriesNumber >> 1) : other.Contains(seriesNumber >> 1);
    }
}
