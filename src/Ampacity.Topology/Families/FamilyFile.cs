using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Reads metric family files (<c>metrics/*.json</c>, schema <c>metric-family</c>; docs/design/0002-metric-family.md).</summary>
public static class FamilyFile
{
    private static readonly Lazy<FileSchema> Schema = new(() => FileSchema.Embedded("metric-family"));

    /// <summary>Reads one family.</summary>
    /// <param name="name">File name for errors.</param>
    /// <param name="text">JSON or YAML.</param>
    /// <param name="known">Texts that need not be held to the schema again.</param>
    /// <returns>The family, or every error with its line.</returns>
    public static (MetricFamily? Family, IReadOnlyList<FileError> Errors) Parse(string name, string text, CheckedTexts? known = null)
    {
        var read = DataFile.Read(name, text, Schema.Value, known);
        if (read.Value is not { } file)
        {
            return (null, read.Errors);
        }

        var root = file.Root;
        var errors = new List<FileError>();
        var sources = new Dictionary<string, FamilySource>(StringComparer.Ordinal);
        foreach (var from in root["from"]!.Items)
        {
            var id = from["source"]!;
            try
            {
                if (!sources.TryAdd(id.Text, Source(from)))
                {
                    errors.Add(new FileError(name, id.Line, id.Path, "unique-source", $"the source {id.Text} is there already; each entry of from has an id of its own"));
                }
            }
            catch (FormatException error)
            {
                errors.Add(new FileError(name, from.Line, from.Path, "selector", error.Message));
            }
        }

        var preferred = root["prefer"]!;
        foreach (var id in preferred.Items.Where(id => !sources.ContainsKey(id.Text)))
        {
            errors.Add(new FileError(name, id.Line, id.Path, "unknown-source", $"no source in from has the id {id.Text}"));
        }

        foreach (var id in sources.Keys.Except(preferred.Items.Select(id => id.Text), StringComparer.Ordinal))
        {
            errors.Add(new FileError(name, preferred.Line, preferred.Path, "unranked-source", $"say in prefer where source {id} ranks"));
        }

        if (errors.Count > 0)
        {
            return (null, errors);
        }

        var range = root["range"]!.Items;
        return (new MetricFamily(
            root["name"]!.Text,
            root["unit"]!.Text,
            Enum.Parse<FamilyKind>(root["kind"]!.Text, ignoreCase: true),
            root["meaning"]!.Text,
            root["trap"]!.Text,
            range[0].Kind == DataKind.Null ? double.NegativeInfinity : range[0].Number,
            range[1].Kind == DataKind.Null ? double.PositiveInfinity : range[1].Number,
            [.. (root["tellApart"]?.Items ?? []).Select(label => label.Text).Order(StringComparer.Ordinal)],
            [.. preferred.Items.Select(id => sources[id.Text])]), []);
    }

    private static FamilySource Source(DataNode from) => new(
        from["name"]!.Text,
        from["where"] is { } where ? SelectorText.Parse(where.Text) : [],
        from["factor"]?.Number ?? 1,
        from["labels"]?.Members.ToDictionary(label => label.Key, label => LabelTemplate.Parse(label.Value.Text), StringComparer.Ordinal)
            ?? [],
        from["repeats"]?.Text == "true",
        [.. (from["blank"]?.Items ?? []).Select(Blank)])
    {
        Bit = from["bit"] is { } bit ? from["factor"] is null ? (int)bit.Number : throw new FormatException("bit: a bit has no factor") : null,
    };

    private static (double, double) Blank(DataNode pair)
    {
        var (least, greatest) = (pair.Items[0].Number, pair.Items[1].Number);
        return least <= greatest ? (least, greatest) : throw new FormatException("blank: each pair is [least, greatest] of raw values");
    }
}
