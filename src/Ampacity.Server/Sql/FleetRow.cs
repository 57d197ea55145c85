using Ampacity.Sql;

namespace Ampacity.Server;

/// <summary>A row of the inventory: written by whoever made it. One is used again for all rows of a table. One thread.</summary>
internal sealed class FleetRow(Action<SqlCells> write) : SqlRow
{
    public override void Write(SqlCells cells) => write(cells);

    /// <summary>A table of rows that are there one by one.</summary>
    public static Func<SqlArguments, CancellationToken, IEnumerable<SqlRow>> Of<T>(Func<IEnumerable<T>> rows, Action<T, SqlCells> write) =>
        (_, cancelled) => Each(rows(), write, cancelled);

    private static IEnumerable<SqlRow> Each<T>(IEnumerable<T> rows, Action<T, SqlCells> write, CancellationToken cancelled)
    {
        var current = default(T)!;
        var row = new FleetRow(cells => write(current, cells));
        foreach (var one in rows)
        {
            cancelled.ThrowIfCancellationRequested();
            current = one;
            yield return row;
        }
    }
}
