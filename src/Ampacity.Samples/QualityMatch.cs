namespace Ampacity.Samples;

/// <summary>
/// Reads the conditions on <c>__quality__</c> out of a selector: quality is a column of samples, not a label, so it is asked for by
/// <see cref="SeriesQuery.Qualities"/>.
/// </summary>
public static class QualityMatch
{
    /// <summary>The name by which selectors address quality.</summary>
    public const string LabelName = "__quality__";

    /// <summary>The query with those conditions taken out of its matchers; unchanged where there are none.</summary>
    public static SeriesQuery Apply(SeriesQuery query)
    {
        var asked = query.Matchers.Where(matcher => matcher.Name == LabelName).ToArray();
        if (asked.Length == 0)
        {
            return query;
        }

        var qualities = SampleQualities.None;
        foreach (var quality in Enum.GetValues<SampleQuality>())
        {
            // Spelled as in the fleet's words: good, inferred, stale, absent, out_of_range.
            var name = quality == SampleQuality.OutOfRange ? "out_of_range" : quality.ToString().ToLowerInvariant();
            if (Array.TrueForAll(asked, matcher => matcher.Matches(name)))
            {
                qualities |= (SampleQualities)(1 << (int)quality);
            }
        }

        return query with { Matchers = [.. query.Matchers.Except(asked)], Qualities = qualities };
    }
}
