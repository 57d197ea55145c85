using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What an import of a NetBox instance changes, or would change, and what it could not carry over.</summary>
/// <param name="Source">The instance: <c>netbox:</c> and its name; it owns what the import states.</param>
/// <param name="Change">As of fleet files.</param>
/// <param name="NewSkus">SKU files that the catalogue lacked.</param>
/// <param name="Counts">For each list that was read.</param>
/// <param name="Report">What was left out, changed, assumed or not read, by remark, list and rule.</param>
public sealed record NetBoxAnswer(
    string Source, ChangeReport Change, IReadOnlyList<string> NewSkus, IReadOnlyList<NetBoxCountRow> Counts, IReadOnlyList<NetBoxReportRow> Report)
{
    internal static NetBoxAnswer Of(NetBoxImport import, string source, ChangeReport change, IReadOnlyList<ImportRemark> remarks) => new(
        source, change, [.. import.SkuFiles.Select(file => file.Name)], NetBoxCountRow.Of(import), [.. NetBoxReportRow.Of(import), .. NetBoxReportRow.Of(remarks)]);
}

/// <summary>The files that a NetBox instance becomes.</summary>
/// <param name="Files">Fleet files and SKU files, by relative path.</param>
/// <param name="Counts">For each list that was read.</param>
/// <param name="Report">What was left out, changed, assumed or not read.</param>
/// <param name="Names">Path here by name there (<c>racks/60</c>): under the key <see cref="BeforeKey"/> of the next export it makes <c>formerly:</c> and <c>removed:</c>.</param>
public sealed record NetBoxFilesAnswer(
    IReadOnlyList<FileText> Files, IReadOnlyList<NetBoxCountRow> Counts, IReadOnlyList<NetBoxReportRow> Report, IReadOnlyDictionary<string, string> Names)
{
    /// <summary>Key of an export that holds the names of the time before.</summary>
    public const string BeforeKey = NetBoxExport.BeforeKey;

    internal static NetBoxFilesAnswer Of(NetBoxImport import) => new(
        [.. import.FleetFiles.Concat(import.SkuFiles).Select(file => new FileText(file.Name, file.Text))], NetBoxCountRow.Of(import), NetBoxReportRow.Of(import),
        new SortedDictionary<string, string>(
            import.Origins.Nodes.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal).ToDictionary(called => called.Key, called => called.Order(StringComparer.Ordinal).First()), StringComparer.Ordinal));
}

/// <summary>How many objects of a list became something here.</summary>
/// <param name="List">NetBox's list.</param>
/// <param name="Read">How many it has.</param>
/// <param name="Carried">How many of them stand in the fleet now.</param>
public sealed record NetBoxCountRow(string List, long Read, long Carried)
{
    internal static NetBoxCountRow[] Of(NetBoxImport import) => [.. import.Counts.Select(count => new NetBoxCountRow(count.Collection, count.Read, count.Carried))];
}

/// <summary>A line of the report.</summary>
/// <param name="Remark">leftOut, changed, assumed, notRead, or here: what this inventory itself stands against.</param>
/// <param name="List">NetBox's list; <c>inventory</c> for what concerns this side.</param>
/// <param name="Rule">Short stable name of the reason.</param>
/// <param name="Text">The reason.</param>
/// <param name="Count">How many objects it concerns.</param>
/// <param name="Examples">The first few of them.</param>
public sealed record NetBoxReportRow(string Remark, string List, string Rule, string Text, long Count, IReadOnlyList<string> Examples)
{
    internal static NetBoxReportRow[] Of(NetBoxImport import) => [.. import.Report.Select(line =>
        new NetBoxReportRow(PlaceRow.Camel(line.Remark.ToString()), line.Collection, line.Rule, line.Text, line.Count, line.Examples))];

    internal static NetBoxReportRow[] Of(IReadOnlyList<ImportRemark> remarks) => [.. remarks.GroupBy(remark => remark.Rule, StringComparer.Ordinal).Select(rule =>
        new NetBoxReportRow("here", "inventory", rule.Key, rule.First().Text, rule.Count(), [.. rule.Take(NetBoxReportLine.MaxExamples).Select(remark => remark.What)]))];
}
