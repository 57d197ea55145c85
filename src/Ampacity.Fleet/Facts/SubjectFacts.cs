namespace Ampacity.Fleet;

/// <summary>The facts of one subject in a ledger, newest recorded first: a walk along its chain, without allocation.</summary>
public readonly struct SubjectFacts
{
    private readonly FactLedger _ledger;
    private readonly Subject _subject;
    private readonly bool _everRecorded;

    internal SubjectFacts(FactLedger ledger, Subject subject, bool everRecorded)
    {
        _ledger = ledger;
        _subject = subject;
        _everRecorded = everRecorded;
    }

    /// <summary>Begins the walk.</summary>
    public Enumerator GetEnumerator() => new(_ledger, _subject, _everRecorded);

    /// <summary>All of them as objects, oldest recorded first.</summary>
    public IReadOnlyList<Fact> ToFacts()
    {
        var facts = new List<Fact>();
        foreach (var fact in this)
        {
            facts.Add(fact.ToFact());
        }

        facts.Reverse();
        return facts;
    }

    /// <summary>The walk.</summary>
    public struct Enumerator
    {
        private readonly FactLedger _ledger;
        private readonly bool _everRecorded;
        private int _row;
        private int _next;

        internal Enumerator(FactLedger ledger, Subject subject, bool everRecorded)
        {
            _ledger = ledger;
            _everRecorded = everRecorded;
            _row = -1;
            _next = subject.Number is >= 0 and <= int.MaxValue ? ledger.Table.NewestOf(subject) : -1;
        }

        /// <summary>The fact that the walk stands on.</summary>
        public readonly RecordedFact Current => new(_ledger.Table, _row);

        /// <summary>Goes to the next fact.</summary>
        public bool MoveNext()
        {
            while (_next >= 0)
            {
                _row = _next;
                _next = _ledger.Table.PreviousOfSubject(_row);
                if (_everRecorded ? _ledger.Has(_row) : _ledger.Believes(_row))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
