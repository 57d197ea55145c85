namespace Ampacity.Fleet;

/// <summary>Racks in which the states that things state themselves may be others than before: what a count has to look at again.</summary>
internal static class RestatedRacks
{
    // Guessed: an import of more is cheaper to count anew.
    private const int RowsMax = 100_000;

    /// <summary>Racks whose things state otherwise in a ledger than in an earlier one; null where that is not known or too much.</summary>
    public static HashSet<int>? RacksRestatedSince(this FactLedger ledger, FactLedger before)
    {
        if (ledger.Table != before.Table || ledger.RecordedCount < before.RecordedCount || ledger.RecordedCount - before.RecordedCount > RowsMax)
        {
            return null;
        }

        var racks = new HashSet<int>();
        for (var row = before.RecordedCount; row < ledger.RecordedCount; row++)
        {
            Add(ledger.Table, row, racks);
        }

        for (var change = before.Revision.Number + 1; change <= ledger.Revision.Number; change++)
        {
            foreach (var row in ledger.RetractedBy(new ChangeSetId(change)))
            {
                Add(ledger.Table, row, racks);
            }
        }

        return racks;
    }

    /// <summary>Racks in which a thing that states a state comes, goes, or changes it after the earlier of two instants and not after the later.</summary>
    public static HashSet<int> RacksRestatedBetween(this FactLedger ledger, long oneMs, long otherMs)
    {
        var racks = new HashSet<int>();
        var table = ledger.Table;
        var inside = table.Racks.AnyStated ? table.InstantsBetween(oneMs, otherMs) : [];
        for (var first = 0; inside.Length > 0 && first < ledger.RecordedCount; first += FactPage.Rows)
        {
            var page = table.PageOf(first);
            var count = Math.Min(FactPage.Rows, ledger.RecordedCount - first);
            for (var at = 0; at < count; at++)
            {
                if (page.Aspect[at] is (byte)FactAspect.Placement or (byte)FactAspect.Lifecycle && page.Kind[at] == (byte)SubjectKind.Asset
                    && page.From[at] < inside.Length && page.To[at] < inside.Length && (inside[page.From[at]] || inside[page.To[at]]))
                {
                    Add(table, first + at, racks);
                }
            }
        }

        return racks;
    }

    private static void Add(FactTable table, int row, HashSet<int> racks)
    {
        var (page, at) = (table.PageOf(row), row & FactPage.Mask);
        if (page.Kind[at] != (byte)SubjectKind.Asset)
        {
            return;
        }

        if (page.Aspect[at] == (byte)FactAspect.Placement)
        {
            AddStated(table, (int)(page.Payload[at] >> 16), racks);
        }
        else if (page.Aspect[at] == (byte)FactAspect.Lifecycle)
        {
            for (var other = table.NewestOf(new Subject(SubjectKind.Asset, page.Subject[at])); other >= 0; other = table.PreviousOfSubject(other))
            {
                var (about, there) = (table.PageOf(other), other & FactPage.Mask);
                if (about.Aspect[there] == (byte)FactAspect.Placement)
                {
                    AddStated(table, (int)(about.Payload[there] >> 16), racks);
                }
            }
        }
    }

    private static void AddStated(FactTable table, int rack, HashSet<int> racks)
    {
        if (table.Racks.IsStated(rack))
        {
            racks.Add(rack);
        }
    }
}
