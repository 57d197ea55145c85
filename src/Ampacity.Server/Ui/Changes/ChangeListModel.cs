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

    private const int StepRows = 500;

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
        if (!TryAsked(view, query, out var isAsked))
        {
            return new ChangeListModel([], null, false, true);
        }

        var facts = ChangeFacts.Of(ledger);
        var rows = new List<ChangeListRow>();
        var before = query.Before ?? long.MaxValue;
        for (var looked = 0; looked < LooksMax;)
        {
            var read = await readAsync(StepRows, before, cancellationToken);
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
                    && (isAsked is null || facts.Touches(change.Id, isAsked)))
                {
                    var (recorded, retracted) = facts.CountOf(change.Id);
                    rows.Add(new ChangeListRow(change, recorded, retracted));
                }
            }

            if (read.Count < StepRows)
            {
                return new ChangeListModel(rows, null, false, false);
            }
        }

        return new ChangeListModel(rows, before, true, false);
    }

    /// <summary>Which nodes a place of an address means: null for all of what the reader may see where that is all.</summary>
    /// <returns>False if there is no such place now.</returns>
    internal static bool TryAsked(FleetView view, ChangesQuery query, out Func<int, bool>? isAsked)
    {
        isAsked = view.SeesAll ? null : view.Sees;
        if (query.Place is not { } place)
        {
            return true;
        }

        if (!view.TryFind(place, out var key))
        {
            return false;
        }

        var below = new HashSet<int>();
        foreach (var node in view.Graph.Places.Subtree(key.Node))
        {
            if (view.Sees(node))
            {
                below.Add(node);
            }
        }

        isAsked = below.Contains;
        return true;
    }
}

/// <summary>A change set of the list.</summary>
/// <param name="Change">Who, why, when.</param>
/// <param name="Recorded">Facts that it recorded.</param>
/// <param name="Retracted">Facts that it ended, replaced or took back.</param>
public sealed record ChangeListRow(ChangeSet Change, int Recorded, int Retracted);
