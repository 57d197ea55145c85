using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Reads what many sections have in common; a bad value is an error at its node and null.</summary>
internal static class ItemText
{
    // A rack is centimetres to metres: a width of 60 km is a slip of the pen, and one of 0.6 mm too.
    private const double MaxRackMeters = 10;
    private const double MinRackMeters = 0.1;

    /// <summary>A scalar or a list as a list; nothing as none.</summary>
    public static IReadOnlyList<DataNode> Items(DataNode? node) => node switch
    {
        null => [],
        { Kind: DataKind.List } list => list.Items,
        _ => [node],
    };

    public static ImmutableArray<string> Texts(DataNode? node) => [.. Items(node).Select(item => item.Text)];

    public static Meters? Length(DataNode? node, FileErrors errors) => node is null
        ? null
        : errors.Quantity(node, QuantityText.TryMeters(node.Text, out var meters, out var hint), meters, hint);

    public static double? RackLength(DataNode? node, FileErrors errors)
    {
        var length = Length(node, errors)?.Value;
        if (length is < MinRackMeters or > MaxRackMeters)
        {
            errors.Add(node!, "out-of-range", "a rack measures 0.1 m to 10 m; write such as 600 mm");
            return null;
        }

        return length;
    }

    public static double? Seconds(DataNode? node, FileErrors errors) => node is null
        ? null
        : errors.Quantity(node, QuantityText.TryDuration(node.Text, out var time, out var hint), time.TotalSeconds, hint);

    public static double? Watts(DataNode? node, FileErrors errors) => node is null
        ? null
        : errors.Quantity(node, QuantityText.TryWatts(node.Text, out var watts, out var hint), watts.Value, hint);

    /// <summary>Midnight UTC of a day, ms.</summary>
    public static long? DayMs(DataNode? node, string? text, FileErrors errors)
    {
        if (node is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        }

        errors.Add(node, "bad-date", $"'{text}' is no day; write one such as 2026-03-31");
        return null;
    }

    /// <summary>Feed modes as files spell them.</summary>
    public static FeedMode? Mode(DataNode? node) => node?.Text switch
    {
        null => null,
        "preferred" => FeedMode.Preferred,
        "catcher" => FeedMode.Catcher,
        _ => FeedMode.ActiveActive,
    };

    public static LifecycleState? State(DataNode? node) => node is null ? null : Enum.Parse<LifecycleState>(node.Text);

    public static DeclaredParties? Parties(DataNode? node) =>
        (node?["operator"], node?["tenant"], node?["owner"]) is (null, null, null)
            ? null
            : new(node["operator"]?.Text, node["tenant"]?.Text, node["owner"]?.Text);

    /// <summary>A height such as <c>42 RU</c>; the schema has checked its form.</summary>
    public static RackHeight Height(string text) =>
        new(int.Parse(text.AsSpan(0, text.Length - 2).Trim(), NumberStyles.None, CultureInfo.InvariantCulture), Enum.Parse<RackUnit>(text[^2..]));
}
