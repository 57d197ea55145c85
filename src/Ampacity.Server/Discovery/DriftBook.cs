using System.Collections.Immutable;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Drift as it stands: compared anew whenever intent or the surveys changed, and dated by the surveys that are kept.</summary>
/// <remarks>Any thread. The comparison of the whole fleet is kept; one within a scope is made each time.</remarks>
public sealed class DriftBook(Surveys surveys) : IDisposable
{
    private readonly SemaphoreSlim _comparing = new(1, 1);
    private ImmutableArray<Survey> _surveys = [];
    private HardwareLooks? _seen;
    private (FleetGraph Graph, ImmutableArray<Survey> Surveys, DriftState State)? _whole;

    /// <summary>The drift of a view, or null if no survey was ever made.</summary>
    public async Task<DriftState?> OfAsync(FleetView view, CancellationToken cancellationToken)
    {
        var all = await surveys.AllAsync(cancellationToken);
        if (all.IsEmpty)
        {
            return null;
        }

        await _comparing.WaitAsync(cancellationToken);
        try
        {
            if (view.SeesAll && _whole is { } whole && ReferenceEquals(whole.Graph, view.Graph) && whole.Surveys == all)
            {
                return whole.State;
            }

            var seen = SeenAt(all);
            return await Task.Run(
                () =>
                {
                    var intent = IntendedHardware.Of(view);
                    var known = _whole?.State.Report.Rows.DistinctBy(row => row.Id).ToDictionary(row => row.Id, StringComparer.Ordinal);
                    var state = new DriftState(intent, seen, DriftHistory.Date(DriftFinder.Compare(intent, seen), intent, all, known), all.Length);
                    _whole = view.SeesAll ? (view.Graph, all, state) : _whole;
                    return state;
                },
                cancellationToken);
        }
        finally
        {
            _comparing.Release();
        }
    }

    /// <summary>What the kept surveys show together, or null if none was ever made.</summary>
    public async Task<HardwareLooks?> SeenAsync(CancellationToken cancellationToken)
    {
        var all = await surveys.AllAsync(cancellationToken);
        if (all.IsEmpty)
        {
            return null;
        }

        await _comparing.WaitAsync(cancellationToken);
        try
        {
            return SeenAt(all);
        }
        finally
        {
            _comparing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _comparing.Dispose();

    private HardwareLooks SeenAt(ImmutableArray<Survey> all)
    {
        if (_seen is null || _surveys != all)
        {
            (_surveys, _seen) = (all, HardwareLooks.Of(all));
        }

        return _seen;
    }
}

/// <summary>One comparison.</summary>
/// <param name="Intent">What should be there.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Report">Where they disagree.</param>
/// <param name="Surveys">How many surveys it stands on.</param>
public sealed record DriftState(IntendedHardware Intent, HardwareLooks Seen, DriftReport Report, int Surveys)
{
    /// <summary>The ETag of an answer about it: the revision of the inventory, and behind the dot the newest survey.</summary>
    public string Tag => FormattableString.Invariant($"W/\"{Intent.View.Graph.Revision}.s{Report.SurveyBeganMs}\"");
}
