using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// When the more trusted sources of a family spoke for a subject of a place: a less trusted one counts only at other times, so that at no instant
/// two of them do.
/// </summary>
/// <remarks>Of one read; one thread at a time.</remarks>
internal sealed class SpokenTimes
{
    private readonly Dictionary<(StableKey Place, string Subject), Spans> _spans = [];

    /// <summary>When somebody spoke for a subject; null if nobody did.</summary>
    public Spans? Of(StableKey place, string subject) => _spans.GetValueOrDefault((place, subject));

    /// <summary>Notes that somebody spoke from – until, exclusive.</summary>
    public void Add(StableKey place, string subject, long fromMs, long untilMs)
    {
        if (!_spans.TryGetValue((place, subject), out var spans))
        {
            _spans.Add((place, subject), spans = new Spans());
        }

        spans.Add(fromMs, untilMs);
    }

    /// <summary>Notes what another one notes.</summary>
    public void UnionWith(SpokenTimes others)
    {
        foreach (var ((place, subject), spans) in others._spans)
        {
            foreach (var (fromMs, untilMs) in spans.InOrder())
            {
                Add(place, subject, fromMs, untilMs);
            }
        }
    }

    /// <summary>Spans of time. Nearly always there is one.</summary>
    internal sealed class Spans
    {
        private List<(long FromMs, long UntilMs)>? _more;
        private (long FromMs, long UntilMs) _only;
        private bool _isOrdered = true;

        public void Add(long fromMs, long untilMs)
        {
            if (_only == default)
            {
                _only = (fromMs, untilMs);
            }
            else if (_more is null && fromMs <= _only.UntilMs && untilMs >= _only.FromMs)
            {
                _only = (Math.Min(fromMs, _only.FromMs), Math.Max(untilMs, _only.UntilMs));
            }
            else
            {
                _more ??= [_only];
                _more.Add((fromMs, untilMs));
                _isOrdered = false;
            }
        }

        /// <summary>The spans in order of time, none of which touches another.</summary>
        public IReadOnlyList<(long FromMs, long UntilMs)> InOrder()
        {
            if (_more is null)
            {
                return [_only];
            }

            if (!_isOrdered)
            {
                _more.Sort();
                var kept = 0;
                for (var i = 1; i < _more.Count; i++)
                {
                    if (_more[i].FromMs <= _more[kept].UntilMs)
                    {
                        _more[kept] = (_more[kept].FromMs, Math.Max(_more[kept].UntilMs, _more[i].UntilMs));
                    }
                    else
                    {
                        _more[++kept] = _more[i];
                    }
                }

                _more.RemoveRange(kept + 1, _more.Count - kept - 1);
                _isOrdered = true;
            }

            return _more;
        }
    }
}
