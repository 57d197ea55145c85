using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// Joins by columns: the one side is read first, as a row for each group of what is matched; then the rows of the many side meet it as they are made.
/// Where two series of a group have a say, the general way decides, which looks at labels.
/// </summary>
internal sealed partial class Evaluation
{
    /// <summary>Reads the one side of the source's join; false where labels are needed.</summary>
    private async ValueTask<bool> TryMeetAsync(OpenColumns open, TimeSteps steps)
    {
        var node = open.Source.Join!;
        var matching = node.Matching!;

        // A label that is copied over one that the series has might make two of them the same.
        if (matching.Include.Count > 0 && HasAny(open.Selection.GroupBy(new LabelKeys(matching.Include, keeps: true), cancellationToken)))
        {
            return false;
        }

        var (soFar, warningCount, infoCount) = (_cost.SoFar, _warnings.Count, _infos.Count);
        var (one, labelsOf) = await OneColumnsAsync(node, steps);
        var notes = ReferenceEquals(node.OneSide, node.Left) ? HeldNotes.None : HeldNotes.Cut(_warnings, warningCount, _infos, infoCount);
        if (one is null || (one.Repeats && !node.Operator.IsSet()) || (one.Alternates && matching.Include.Count > 0))
        {
            HeldNotes.Cut(_warnings, warningCount, _infos, infoCount);
            _cost.GoBack(soFar);
            _needsLabels.Add(node);
            return false;
        }

        var groups = open.Selection.GroupBy(open.LabelsBefore.Of(matching).ToKeys(), cancellationToken);
        Func<double, double, double> apply = node.Operator.IsComparison()
            ? (left, right) => Applied(node, left, right, kept: left)
            : (left, right) => Arithmetic.Apply(node.Operator, left, right);
        _cost.Take(one.Groups.Count * (long)sizeof(int));
        var change = new JoinChange(node, groups, one, groups.MatchIn(one.Groups, cancellationToken), apply);
        open.Join = new OpenJoin(change, one, labelsOf, notes, soFar);
        return true;
    }

    // Null when it would have more cells than a node may have.
    private async ValueTask<(OneColumns? One, Func<int, LabelSet> LabelsOf)> OneColumnsAsync(BinaryOperation node, TimeSteps steps)
    {
        var side = node.OneSide;

        // Rows that meet others themselves are called by two sides: made first, as a block with labels.
        if (ColumnSource.Of(side) is not { Join: null } || await OpenColumnsAsync(side, steps) is not { } open)
        {
            return OneColumnsOf(await VectorAsync(side, steps), node.Matching!);
        }

        var groups = open.Selection.GroupBy(open.LabelsBefore.Of(node.Matching!).ToKeys(), cancellationToken);
        if ((long)groups.Count * steps.Count > options.MaxCells)
        {
            return (null, open.LabelsOf());
        }

        _cost.Take((long)groups.Count * ((steps.Count * (long)OneColumns.CellBytes) + sizeof(int)));
        var one = new OneColumns(groups, steps.Count);
        await RunColumnsAsync(open, groups, steps, rows =>
        {
            for (var row = 0; row < rows.Count; row++)
            {
                one.Add(rows.Groups[row], rows.Places[row], rows.Row(row));
            }
        });
        return (one, open.LabelsOf());
    }

    private (OneColumns One, Func<int, LabelSet> LabelsOf) OneColumnsOf(VectorBlock block, VectorMatching matching)
    {
        var numbers = new RowGroups(ColumnLabels.All.Of(matching).ToKeys());
        var groupOfRow = numbers.Of(block);
        _cost.Take((long)numbers.Count * ((block.Steps * (long)OneColumns.CellBytes) + sizeof(int)));
        var one = new OneColumns(numbers.ToGroups(groupOfRow), block.Steps);
        for (var row = 0; row < block.Count; row++)
        {
            one.Add(groupOfRow[row], row, block.Row(row));
        }

        return (one, row => block.Labels[row]);
    }

    private static bool HasAny(SeriesGroups groups)
    {
        for (var group = 0; group < groups.Count; group++)
        {
            if (!groups.KeyOf(group).Canonical.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    // Nothing of what was tried is used: as if it had never been begun.
    private VectorBlock? GiveUp(OpenColumns open)
    {
        if (open.Join is { } join)
        {
            _cost.GoBack(join.SoFar);
            _needsLabels.Add(open.Source.Join!);
        }

        return null;
    }
}
