using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>What an import of NetBox shows: its plan as <c>apply</c> shows one, and what was left out, shortened for a screen.</summary>
internal static class NetBoxScreen
{
    /// <summary>Lines of the plan that a terminal gets; --dry-run piped, or --json, has all.</summary>
    private const int PlanLines = 20;

    /// <summary>Remarks of one kind that a terminal gets; --report has all.</summary>
    private const int RemarkLines = 8;

    public static void Print(NetBoxAnswer answer, string? report)
    {
        Report(answer.Counts, answer.Report, report);
        var change = answer.Change;
        if (Screen.IsTerminal)
        {
            // What things are called in NetBox is for the next import, not for people.
            ChangeRow[] shown = [.. change.Changes.Where(row => row.Aspect != "origin").Take(PlanLines)];
            change = change with { Changes = shown, Unlisted = change.Unlisted + change.Changes.Count - shown.Length };
        }

        foreach (var sku in answer.NewSkus)
        {
            Screen.Say($"+ {sku}");
        }

        ApplyCommand.Print(change);
    }

    /// <summary>Counts, then remarks by kind.</summary>
    public static void Report(IReadOnlyList<NetBoxCountRow> counts, IReadOnlyList<NetBoxReportRow> rows, string? report)
    {
        Screen.Fitted(
            [("NetBox", 0, false), ("read", 0, true), ("carried", 0, true)],
            counts.Select(count => (IReadOnlyList<string>)[count.List, Screen.Count(count.Read), Screen.Count(count.Carried)]));
        Screen.Line();
        foreach (var kind in rows.GroupBy(row => row.Remark, StringComparer.Ordinal))
        {
            Screen.Line($"{Title(kind.Key)}:");
            // Fields without a place are many and seldom matter: what was decided about whole things comes first.
            var shown = Screen.IsTerminal
                ? kind.OrderBy(row => row.Rule.StartsWith("field:", StringComparison.Ordinal)).ThenByDescending(row => row.Count).Take(RemarkLines).ToArray()
                : [.. kind];
            foreach (var row in shown)
            {
                Screen.Say($"  {Screen.Count(row.Count)} {row.List} [{row.Rule}]: {row.Text}", indent: 6);
            }

            if (kind.Count() > shown.Length)
            {
                Screen.Line($"  … {kind.Count() - shown.Length} more{(report is null ? "; --report writes all, with examples" : $" in {report}")}");
            }
        }

        Screen.Line();
    }

    /// <summary>All of it into a file, with examples.</summary>
    public static void Write(StreamWriter? output, string source, IReadOnlyList<NetBoxCountRow> counts, IReadOnlyList<NetBoxReportRow> rows)
    {
        if (output is null)
        {
            return;
        }

        output.WriteLine($"Import of {source}");
        foreach (var count in counts)
        {
            output.WriteLine($"{count.List}: {Screen.Count(count.Read)} read, {Screen.Count(count.Carried)} carried over");
        }

        foreach (var kind in rows.GroupBy(row => row.Remark, StringComparer.Ordinal))
        {
            output.WriteLine();
            output.WriteLine($"{Title(kind.Key)}:");
            foreach (var row in kind)
            {
                output.WriteLine($"  {Screen.Count(row.Count)} {row.List} [{row.Rule}]: {row.Text}");
                foreach (var example in row.Examples)
                {
                    output.WriteLine($"      {example}");
                }
            }
        }

        output.Flush();
    }

    private static string Title(string remark) => remark switch
    {
        "leftOut" => "Left out",
        "changed" => "In another form",
        "assumed" => "Assumed, since NetBox does not say",
        "notRead" => "Not read",
        _ => "Against what is here",
    };
}
