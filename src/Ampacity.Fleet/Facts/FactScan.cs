namespace Ampacity.Fleet;

/// <summary>Walks over the columns of a ledger: what no index answers. One column of 15 million facts is 15 MB.</summary>
internal static class FactScan
{
    /// <summary>Facts of one aspect about assets that hold at an instant, in order of id.</summary>
    public static IEnumerable<RecordedFact> AboutAssets(this FactLedger ledger, FactAspect aspect, long atMs) =>
        Scan(ledger, aspect, atMs, SubjectKind.Asset);

    /// <summary>Facts of one aspect that hold at an instant, in order of id; the one column is scanned.</summary>
    public static IEnumerable<RecordedFact> OfAspect(this FactLedger ledger, FactAspect aspect, long atMs) => Scan(ledger, aspect, atMs, null);

    private static IEnumerable<RecordedFact> Scan(FactLedger ledger, FactAspect aspect, long atMs, SubjectKind? kind)
    {
        var table = ledger.Table;
        for (var first = 0; first < ledger.RecordedCount; first += FactPage.Rows)
        {
            var page = table.PageOf(first);
            var count = Math.Min(FactPage.Rows, ledger.RecordedCount - first);
            for (var at = 0; at < count; at++)
            {
                var next = page.Aspect.AsSpan(at, count - at).IndexOf((byte)aspect);
                if (next < 0)
                {
                    break;
                }

                at += next;
                if ((kind is null || page.Kind[at] == (byte)kind) && ledger.Believes(first + at) && table.Valid(first + at).Contains(atMs))
                {
                    yield return new RecordedFact(table, first + at);
                }
            }
        }
    }

    /// <summary>Kind of the node that bears, or ever bore, a name below a parent; <see cref="NodeKind.None"/> if none ever did.</summary>
    public static NodeKind KindEverNamed(this FactLedger ledger, int parent, string name)
    {
        for (var row = ledger.Table.NewestBelow(parent); row >= 0; row = ledger.Table.PreviousBelow(row))
        {
            if (ledger.Has(row) && new RecordedFact(ledger.Table, row).Value is NodeFact node && node.Name == name && !node.Kind.IsRegister())
            {
                return node.Kind;
            }
        }

        return NodeKind.None;
    }

    /// <summary>Nodes that bear, or ever bore, a name below one of some parents, with the fact that says so.</summary>
    public static IEnumerable<(int Node, NodeFact Fact)> NodesEverNamed(this FactLedger ledger, string name, HashSet<int> parents)
    {
        var table = ledger.Table;
        for (var index = 0; index < table.NodeRowCount; index++)
        {
            var row = table.NodeRow(index);
            if (ledger.Has(row) && table.PageOf(row).Aspect[row & FactPage.Mask] == (byte)FactAspect.Node
                && new RecordedFact(table, row).Value is NodeFact node && node.Name == name && parents.Contains(node.Parent))
            {
                yield return (table.PageOf(row).Subject[row & FactPage.Mask], node);
            }
        }
    }

    /// <summary>Placements ever recorded in a rack, retracted ones included, newest recorded first.</summary>
    public static IEnumerable<RecordedFact> EverPlacedIn(this FactLedger ledger, int rack)
    {
        for (var row = ledger.Table.NewestInRack(rack); row >= 0; row = ledger.Table.PreviousInRack(row))
        {
            if (ledger.Has(row))
            {
                yield return new RecordedFact(ledger.Table, row);
            }
        }
    }

    /// <summary>Visits identifiers whose text begins with or holds a text in any case, believed and holding at an instant.</summary>
    /// <param name="ledger">What is believed.</param>
    /// <param name="needle">UTF-8, lower case; not empty.</param>
    /// <param name="atMs">The instant, UTC milliseconds.</param>
    /// <param name="visit">Told of each, and whether the text begins with it; answers whether to go on.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static void VisitIdentifiers(
        this FactLedger ledger, ReadOnlySpan<byte> needle, long atMs, Func<RecordedFact, bool, bool> visit, CancellationToken cancellationToken)
    {
        var table = ledger.Table;
        Span<byte> beginnings = [needle[0], (byte)char.ToUpperInvariant((char)needle[0])];
        for (var first = 0; first < ledger.RecordedCount; first += FactPage.Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = table.PageOf(first);
            var count = Math.Min(FactPage.Rows, ledger.RecordedCount - first);
            for (var at = 0; at < count; at++)
            {
                if (page.Aspect[at] != (byte)FactAspect.Identifier)
                {
                    continue;
                }

                var text = table.Text(page.Payload[at]);
                var found = IndexOf(text, needle, beginnings);
                if (found >= 0 && ledger.Believes(first + at) && table.Valid(first + at).Contains(atMs)
                    && !visit(new RecordedFact(table, first + at), found == 0))
                {
                    return;
                }
            }
        }
    }

    private static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> needle, ReadOnlySpan<byte> beginnings)
    {
        var skipped = 0;
        while (text.Length >= needle.Length)
        {
            var next = text[..(text.Length - needle.Length + 1)].IndexOfAny(beginnings[0], beginnings[1]);
            if (next < 0)
            {
                return -1;
            }

            if (EqualsIgnoreCase(text.Slice(next, needle.Length), needle))
            {
                return skipped + next;
            }

            skipped += next + 1;
            text = text[(next + 1)..];
        }

        return -1;
    }

    // Letters of other alphabets are compared as they are: nobody prints them on a serial.
    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            var c = text[i];
            if ((c is >= (byte)'A' and <= (byte)'Z' ? c | 0x20 : c) != lower[i])
            {
                return false;
            }
        }

        return true;
    }
}
