namespace Ampacity.Fleet;

/// <summary>What two facts must share to be about the same thing.</summary>
internal readonly record struct Slot(Subject Subject, FactAspect Aspect, string Key);

/// <summary>A span of a slot with one value.</summary>
/// <param name="Valid">When it holds.</param>
/// <param name="Value">What holds.</param>
/// <param name="Owner">The file's subtree that declared it, or empty.</param>
/// <param name="Origin">The recorded fact that it still is; default once it was cut or is new.</param>
internal readonly record struct Piece(Validity Valid, FactValue Value, string Owner, FactId Origin)
{
    public bool IsNew => Origin == default;
}

/// <summary>One slot over all time, as a draft leaves it: spans that never overlap, in order of time.</summary>
internal sealed class SlotPieces(List<Piece> before)
{
    private readonly List<Piece> _before = before;
    private List<Piece> _now = [.. before];

    /// <summary>What was believed.</summary>
    public IReadOnlyList<Piece> Before => _before;

    /// <summary>What the draft leaves.</summary>
    public IReadOnlyList<Piece> Now => _now;

    /// <summary>The edit that touched it last, from 0.</summary>
    public int Edit { get; set; }

    public Piece? At(long atMs)
    {
        foreach (var piece in _now)
        {
            if (piece.Valid.Contains(atMs))
            {
                return piece;
            }
        }

        return null;
    }

    /// <summary>From an instant to the end of what holds there, or to the next begin.</summary>
    public Validity SpanFrom(long atMs)
    {
        var toMs = At(atMs)?.Valid.ToMs ?? Validity.Open;
        foreach (var piece in _now)
        {
            if (piece.Valid.FromMs > atMs && piece.Valid.FromMs < toMs)
            {
                toMs = piece.Valid.FromMs;
            }
        }

        return new Validity(atMs, toMs);
    }

    /// <summary>Gives a span one value, or none; what stood there is cut.</summary>
    public void Set(FactValue? value, Validity span, string owner)
    {
        if (value is not null && _now.Exists(piece => piece.Valid.FromMs <= span.FromMs && span.ToMs <= piece.Valid.ToMs && piece.Value.Equals(value)))
        {
            return;
        }

        var cut = new List<Piece>(_now.Count + 2);
        foreach (var piece in _now)
        {
            if (piece.Valid.ToMs <= span.FromMs || span.ToMs <= piece.Valid.FromMs)
            {
                cut.Add(piece);
                continue;
            }

            if (piece.Valid.FromMs < span.FromMs)
            {
                cut.Add(piece with { Valid = piece.Valid with { ToMs = span.FromMs }, Origin = default });
            }

            if (span.ToMs < piece.Valid.ToMs)
            {
                cut.Add(piece with { Valid = piece.Valid with { FromMs = span.ToMs }, Origin = default });
            }
        }

        if (value is not null)
        {
            cut.Add(new Piece(span, value, owner, default));
        }

        cut.Sort((left, right) => left.Valid.FromMs.CompareTo(right.Valid.FromMs));
        _now = cut;
        Rejoin();
    }

    /// <summary>Whether a new piece only goes on with what was believed in its span.</summary>
    public bool GoesOn(Piece piece) => !piece.IsNew || _before.Exists(old =>
        old.Value.Equals(piece.Value) && old.Valid.FromMs <= piece.Valid.FromMs && piece.Valid.ToMs <= old.Valid.ToMs);

    // What was cut and put together again is the fact that it was.
    private void Rejoin()
    {
        for (var at = 0; at < _now.Count; at++)
        {
            if (_now[at].IsNew
                && _before.Find(old => old.Valid == _now[at].Valid && old.Owner == _now[at].Owner && old.Value.Equals(_now[at].Value)) is { Origin.Number: > 0 } same)
            {
                _now[at] = same;
            }
        }
    }
}
