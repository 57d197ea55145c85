using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>One page of change sets, newest first. Immutable.</summary>
/// <param name="Rows">The page.</param>
/// <param name="Next">Number before which the next page begins; null at the end.</param>
/// <param name="IsShort">Whether the page ends early because that many change sets were looked at.</param>
/// <param name="IsMissing">Whether the address names a place that is not there now.</param>
public sealed record ChangeListModel(IReadOnlyList<ChangeListRow> Rows, long? Next, bool IsShort, bool IsMissing)
{
    /// <summary>Change sets of one page.</summary>
    public const int PageRows = 50;

    /// <summary>Change sets that one page looks at, in steps of <see cref="StepRows"/>. Guessed: some years of a busy site.</summary>
    public const int LooksMax = 10_000;

    // Of change sets that all are asked for a page and its filter by author take some; of a place's, most that lie between two are not its own.
    private const int StepRows = 500;
    private const int PlaceStepRows = 50;
    private static readonly Comparer<int> NewestFirst = Comparer<int>.Create((left, right) => right.CompareTo(left));

    /// <summary>Reads a page.</summary>
    /// <param name="view">What the reader may see: a change set that touches none of it is not listed.</param>
    /// <param name="ledger">What was recorded.</param>
    /// <param name="query">The address.</param>
    /// <param name="readAsync">Gives at most so many change sets older than a number, newest first.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<ChangeListModel> ReadAsync(
        FleetView view, FactLedger ledger, ChangesQuery query, Func<int, long, CancellationToken, Task<IReadOnlyList<ChangeSet>>> readAsync,
        CancellationToken cancellationToken)
    {
        if (!TryAsked(view, query, out var asked))
        {
            return new ChangeListModel([], null, false, true);
        }

        var facts = ChangeFacts.Of(ledger);
        var touching = asked is null ? null : facts.Touching(asked);
        var rows = new List<ChangeListRow>();
        var before = query.Before ?? long.MaxValue;
        for (var looked = 0; looked < LooksMax;)
        {
            // Of a place's change sets the next is known: what lies between is not read.
            if (touching is not null)
            {
                var next = Array.Find(touching, number => number < before);
                if (next == 0)
                {
                    return new ChangeListModel(rows, null, false, false);
                }

                before = next + 1L;
            }

            var step = touching is null ? StepRows : PlaceStepRows;
            var read = await readAsync(step, before, cancellationToken);
            foreach (var change in read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (rows.Count == PageRows)
                {
                    return new ChangeListModel(rows, before, false, false);
                }

                before = change.Id.Number;
                looked++;

                // The store may be a change set ahead of the ledger that this page took.
                if (change.Id.CompareTo(ledger.Revision) <= 0
                    && (query.Author is not { } author || change.Author.Contains(author, StringComparison.OrdinalIgnoreCase))
                    && (touching is null || Array.BinarySearch(touching, (int)change.Id.Number, NewestFirst) >= 0))
                {
                    var (recorded, retracted) = facts.CountOf(change.Id);
                    rows.Add(new ChangeListRow(change, recorded, retracted));
                }
            }

            if (read.Count < step)
            {
                return new ChangeListModel(rows, null, false, false);
            }
        }

        return new ChangeListModel(rows, before, true, false);
    }

    /// <summary>Which nodes a place of an address means: null for all of what the reader may see where that is all.</summary>
    /// <returns>False if there is no such place now.</returns>
    internal static bool TryAsked(FleetView view, ChangesQuery query, out HashSet<int>? asked)
    {
        asked = null;
        if (query.Place is { } place)
        {
            if (!view.TryFind(place, out var key))
            {
                return false;
            }

            asked = Visible(view, view.Graph.Places.Subtree(key.Node));
        }
        else if (!view.SeesAll)
        {
            asked = Visible(view, view.Graph.Places.Order);
        }

        return true;
    }

    private static HashSet<int> Visible(FleetView view, ReadOnlySpan<int> nodes)
    {
        var visible = new HashSet<int>();
        foreach (var node in nodes)
        {
            if (view.Sees(node))
            {
                visible.Add(node);
            }
        }

        return visible;
    }
}

/// <summary>A change set of the list.</summary>
/// <param name="Change">Who, why, when.</param>
/// <param name="Recorded">Facts that it recorded.</param>
/// <param name="Retracted">Facts that it ended, replaced or took back.</param>
public sealed record ChangeListRow(ChangeSet Change, int Recorded, int Retracted);
