using System.Collections.Immutable;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>Gathers the report of an import; objects must come in the same order every time. For one thread.</summary>
internal sealed class NetBoxReport
{
    private readonly Dictionary<(NetBoxRemark, string Collection, string Rule), Line> _lines = [];

    /// <summary>Counts one more case of a rule.</summary>
    public void Add(NetBoxRemark remark, string collection, string rule, string text, string? example, long count = 1)
    {
        if (!_lines.TryGetValue((remark, collection, rule), out var line))
        {
            _lines[(remark, collection, rule)] = line = new(text);
        }

        line.Count += count;
        if (example is not null && line.Examples.Count < NetBoxReportLine.MaxExamples)
        {
            line.Examples.Add(example);
        }
    }

    /// <summary>An object, or something of it, is left out.</summary>
    public void LeftOut(NetBoxObject item, string rule, string text, string? more = null) =>
        Add(NetBoxRemark.LeftOut, item.Collection, rule, text, Example(item, more));

    /// <summary>Something is carried over in another form.</summary>
    public void Changed(NetBoxObject item, string rule, string text, string? more = null) =>
        Add(NetBoxRemark.Changed, item.Collection, rule, text, Example(item, more));

    /// <summary>Something was assumed.</summary>
    public void Assumed(NetBoxObject item, string rule, string text, string? more = null) =>
        Add(NetBoxRemark.Assumed, item.Collection, rule, text, Example(item, more));

    /// <summary>Counts every field of an object that holds a value and has no place.</summary>
    public void Fields(NetBoxObject item)
    {
        var fields = NetBoxFields.Of(item.Collection);
        foreach (var member in item.Json.EnumerateObject())
        {
            if (NetBoxCheck.IsNothing(member.Value))
            {
                continue;
            }

            if (!fields.TryGetValue(member.Name, out var field))
            {
                if (!NetBoxFields.IsCount(member.Name) && member.Value.ValueKind != JsonValueKind.False)
                {
                    var key = NetBoxText.Printable(member.Name, 64);
                    LeftOut(item, $"field:{key}", $"{key} is no field of NetBox 4.0 to 4.7 that we know");
                }
            }
            else if (field.Name == "custom_fields")
            {
                CustomFields(item, member.Value, field.Why);
            }
            else if (field.Fate == NetBoxFate.Lost && NetBoxObject.Choice(member.Value) is var value
                && (field.Unless is null ? value != "false" : value != field.Unless))
            {
                LeftOut(item, $"field:{field.Name}", field.Why, value is { Length: <= 40 } ? NetBoxText.Printable(value, 40) : null);
            }
        }
    }

    /// <summary>All lines in a fixed order.</summary>
    public ImmutableArray<NetBoxReportLine> Lines =>
    [
        .. _lines.OrderBy(pair => pair.Key.Item1).ThenBy(pair => pair.Key.Collection, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Rule, StringComparer.Ordinal)
            .Select(pair => new NetBoxReportLine(
                pair.Key.Item1, pair.Key.Collection, pair.Key.Rule, pair.Value.Text, pair.Value.Count, pair.Value.Examples)),
    ];

    private void CustomFields(NetBoxObject item, JsonElement values, string why)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            LeftOut(item, "field:custom_fields", why);
            return;
        }

        foreach (var custom in values.EnumerateObject().Where(custom => !NetBoxCheck.IsNothing(custom.Value)))
        {
            LeftOut(item, $"field:custom_fields.{NetBoxText.Printable(custom.Name, 64)}", why);
        }
    }

    private static string Example(NetBoxObject item, string? more) => more is null ? item.Label : $"{item.Label}: {more}";

    private sealed class Line(string text)
    {
        public string Text { get; } = text;

        public long Count { get; set; }

        public List<string> Examples { get; } = [];
    }
}
