using System.Globalization;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// Writes what holds as a fleet file that <c>apply</c> reads back as no change: rows are stamped again where their racks are regular,
/// halls that are alike share a template, and the order is always the same.
/// </summary>
public static class FleetFileWriter
{
    /// <summary>Writes a subtree.</summary>
    /// <param name="view">The fleet as the caller sees it, at the ledger's newest revision.</param>
    /// <param name="ledger">The ledger that the graph was made of.</param>
    /// <param name="under">Path of a site, a building or a hall, or <see cref="DeclaredFile.WholeFleet"/>; it becomes the file's <c>owns</c>.</param>
    /// <returns>The file, or null if nothing that may be seen is there.</returns>
    public static ExportedFile? Write(FleetView view, FactLedger ledger, string under)
    {
        var place = new ExportPlace(view, ledger, under);
        var node = under == DeclaredFile.WholeFleet ? -1 : view.Graph.FindPath(under);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"ampacity: 1\nowns: {ExportText.Scalar(under)}\n");
        if (under == DeclaredFile.WholeFleet)
        {
            new ExportSites(place, text).Fleet();
        }
        else if (node < 0 || !view.Sees(node))
        {
            return null;
        }
        else if (view.Graph.KindOf(node) == NodeKind.Hall)
        {
            OneHall(place, text, node);
        }
        else if (view.Graph.KindOf(node) is NodeKind.Site or NodeKind.Building)
        {
            new ExportSites(place, text).Under(node);
        }
        else
        {
            return null;
        }

        return new(under == DeclaredFile.WholeFleet ? "fleet.yaml" : $"{under.Replace('/', '-')}.yaml", text.ToString(), place.Omitted);
    }

    private static void OneHall(ExportPlace place, StringBuilder text, int hall)
    {
        var writer = new ExportHall(place);
        var header = writer.Header(hall);
        if (header.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"hall: {ExportText.Map(header)}\n");
        }

        foreach (var section in writer.Body(hall))
        {
            Append(text, section, "");
        }
    }

    internal static void Append(StringBuilder text, ExportedSection section, string indent)
    {
        if (section.Text is null && section.Lines.Count == 0)
        {
            return;
        }

        text.Append(indent).Append(section.Name).Append(section.Text is null ? ":\n" : $": {section.Text}\n");
        foreach (var line in section.Lines)
        {
            text.Append(indent).Append("  ").Append(line).Append('\n');
        }
    }
}

/// <summary>An exported file.</summary>
/// <param name="Name">A name for it.</param>
/// <param name="Text">YAML; beyond <see cref="DataFile.MaxBytes"/> it has to be exported in parts.</param>
/// <param name="Omitted">What is there and a fleet file cannot say, one line each; empty for all that files have declared.</param>
public sealed record ExportedFile(string Name, string Text, IReadOnlyList<string> Omitted);
