using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What happened to something that NetBox says.</summary>
public enum NetBoxRemark : byte
{
    /// <summary>It is not carried over: we have no place for it, or it contradicts itself.</summary>
    LeftOut = 0,

    /// <summary>It is carried over in another form, such as another name.</summary>
    Changed = 1,

    /// <summary>NetBox does not say it, and something had to be assumed.</summary>
    Assumed = 2,

    /// <summary>A whole list that was not read.</summary>
    NotRead = 3,
}

/// <summary>One line of an import's report: what of one kind could not be carried over as it is, and why.</summary>
/// <param name="Remark">What happened.</param>
/// <param name="Collection">NetBox's list that it concerns, such as <c>devices</c>.</param>
/// <param name="Rule">Short stable name of the reason, such as <c>no-position</c>; for a field <c>field:</c> and its key.</param>
/// <param name="Text">The reason, for people.</param>
/// <param name="Count">How many objects it concerns.</param>
/// <param name="Examples">The first few of them by name and NetBox id; at most <see cref="MaxExamples"/>.</param>
public sealed record NetBoxReportLine(
    NetBoxRemark Remark, string Collection, string Rule, string Text, long Count, IReadOnlyList<string> Examples)
{
    /// <summary>Most examples of a line.</summary>
    public const int MaxExamples = 5;

    /// <summary>As a line of text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Remark} {Collection} {Rule} ({Count}): {Text}{(Examples.Count == 0 ? "" : $": {string.Join(", ", Examples)}{(Count > Examples.Count ? ", …" : "")}")}");
}

/// <summary>A file that an import wrote.</summary>
/// <param name="Name">A relative path with slashes, lower case, such as <c>ams1.yaml</c> or <c>skus/dell/r760.yaml</c>.</param>
/// <param name="Text">YAML.</param>
public sealed record NetBoxFile(string Name, string Text);

/// <summary>How many objects of a NetBox list became something here.</summary>
/// <param name="Collection">NetBox's list.</param>
/// <param name="Read">How many it has.</param>
/// <param name="Carried">How many of them stand in the files.</param>
public sealed record NetBoxCount(string Collection, long Read, long Carried);

/// <summary>
/// What a NetBox instance says, as fleet files and SKU files, with a report of what it cannot say and what we cannot hold. The same export
/// gives the same bytes.
/// </summary>
/// <param name="FleetFiles">One for the tenants and one for each site, to be applied together.</param>
/// <param name="SkuFiles">One for each device type in use that the catalogue lacks; the fleet files name them.</param>
/// <param name="Report">By remark, list and rule.</param>
/// <param name="Counts">For each list that was read.</param>
/// <param name="Origins">What everything in the fleet files is called in NetBox.</param>
public sealed record NetBoxImport(
    ImmutableArray<NetBoxFile> FleetFiles,
    ImmutableArray<NetBoxFile> SkuFiles,
    ImmutableArray<NetBoxReportLine> Report,
    ImmutableArray<NetBoxCount> Counts,
    ImportOrigins Origins);
