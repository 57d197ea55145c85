using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The keys of a rating, on a power node or on a feed: <c>rating</c>, <c>phases</c>, factors and overload curve.</summary>
internal static class RatingSection
{
    /// <summary>What is said of the rating, or null.</summary>
    public static DeclaredRating? Read(DataNode node, FileErrors errors)
    {
        var overload = Overload(node["overload"], errors);
        if (node["rating"] is not { } text)
        {
            // Old files say a factor without a rating; it says nothing then, and never did.
            return null;
        }

        if (!QuantityText.TryPowerRating(text.Text, out var rating, out var hint))
        {
            errors.Add(text, "bad-quantity", hint);
            return null;
        }

        if (node["phases"] is { } phases)
        {
            if (rating is PowerRating.CurrentAtVoltage current)
            {
                rating = current with { Form = FormOf(phases.Text) };
            }
            else
            {
                errors.Add(phases, "phases-of-power", "only a current has phases; leave phases out, or write the rating such as 1600 A at 415 V");
            }
        }

        return new(rating, node["continuous"]?.Number, node["powerFactor"]?.Number, overload);
    }

    private static CurrentForm FormOf(string text) => text switch
    {
        "1" => CurrentForm.SinglePhase,
        "dc" => CurrentForm.Direct,
        _ => CurrentForm.ThreePhase,
    };

    private static ImmutableArray<OverloadPoint> Overload(DataNode? curve, FileErrors errors)
    {
        var points = new List<OverloadPoint>();
        foreach (var point in curve ?? Enumerable.Empty<DataNode>())
        {
            if (!QuantityText.TryRatio(point.Name, out var multiple, out var hint) || !QuantityText.TryDuration(point.Text, out var time, out hint))
            {
                errors.Add(point, "bad-quantity", hint);
                continue;
            }

            if (multiple.Value <= 1)
            {
                errors.Add(point, "overload-curve", $"{point.Name} is no overload; write a multiple above 100%");
            }
            else if (points.Count > 0 && (multiple.Value <= points[^1].Multiple || time.TotalSeconds > points[^1].Seconds))
            {
                errors.Add(point, "overload-curve", "the curve must rise in multiple and fall in time; order the points from mild to severe");
            }

            points.Add(new(multiple.Value, time.TotalSeconds));
        }

        return [.. points];
    }
}
