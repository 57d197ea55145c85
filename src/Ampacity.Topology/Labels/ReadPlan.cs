using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>How a query is carried out on the store: which raw reads, and which conditions are left for after the join.</summary>
/// <param name="Query">The query as asked, with the conditions on quality read into its qualities.</param>
/// <param name="Family">The canonical family it names exactly, or null.</param>
/// <param name="Reads">Raw reads, the most trusted source first.</param>
/// <param name="After">Conditions that only the joined labels can answer.</param>
internal sealed record ReadPlan(
    SeriesQuery Query,
    MetricFamily? Family,
    IReadOnlyList<(SeriesQuery Inner, FamilySource? Source)> Reads,
    IReadOnlyList<Matcher> After)
{
    /// <summary>Whether a sample is of a quality that was asked for, and its value in the family's unit.</summary>
    public bool Counts(FamilySource? source, SeriesBatch raw, int at, out double value, out SampleQuality quality)
    {
        value = raw.Values[at];
        quality = raw.Qualities[at];
        if (source is null || Family is not { } family)
        {
            return true;
        }

        // A stale marker stays itself to the bit, and no marker is out of range.
        if (!StaleMarker.Is(value))
        {
            var isBlank = source.IsBlank(value);
            value = source.ValueOf(value);
            quality = isBlank || value < family.Least || value > family.Greatest ? SampleQuality.OutOfRange : quality;
        }

        return (Query.Qualities & (SampleQualities)(1 << (int)quality)) != SampleQualities.None;
    }

    public static ReadPlan For(SeriesQuery query, FamilyCatalogue families)
    {
        query = QualityMatch.Apply(query);
        var asked = query.Matchers;
        var family = asked
            .Where(matcher => matcher is { Name: LabelSet.MetricName, Kind: MatchKind.Equal })
            .Select(matcher => families.Find(matcher.Value)).FirstOrDefault(found => found is not null);
        var mapped = family is null ? [] : family.Sources.SelectMany(source => source.Labels.Keys).ToHashSet(StringComparer.Ordinal);

        // A label that the join may change cannot be asked of the store.
        var after = asked.Where(matcher =>
            PlaceLabels.IsTopologyLabel(matcher.Name) || matcher.Name.StartsWith("exported_", StringComparison.Ordinal)
            || mapped.Contains(matcher.Name)).ToArray();
        var pushed = asked.Except(after).ToArray();
        if (family is null)
        {
            return new ReadPlan(query, null, [(query with { Matchers = pushed }, null)], after);
        }

        // Whether a sample is in the family's range is known only once it is read, so the newest that is must be looked for. An
        // out-of-range sample is stored as good: it must be read whenever those are asked for.
        var bounded = !double.IsInfinity(family.Least) || !double.IsInfinity(family.Greatest) || family.Sources.Any(source => source.Blanks.Count > 0 || source.Bit is not null);
        var shape = bounded && query.Shape == ReadShape.Newest ? ReadShape.All : query.Shape;
        var stored = (query.Qualities & SampleQualities.OutOfRange) != SampleQualities.None ? SampleQualities.Any : query.Qualities;
        var others = pushed.Where(matcher => matcher.Name != LabelSet.MetricName).ToArray();
        return new ReadPlan(query, family, [.. family.Sources.Select(source => (Raw(source), (FamilySource?)source))], after);

        SeriesQuery Raw(FamilySource source) => query with
        {
            Matchers = [new Matcher(LabelSet.MetricName, MatchKind.Equal, source.RawName), .. source.Where, .. others],
            Qualities = stored,
            Shape = shape,
        };
    }
}
