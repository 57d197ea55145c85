namespace Ampacity.Fleet;

/// <summary>What files or edits would change: the draft to carry out, and the same for people.</summary>
/// <param name="Draft">To carry out in one transaction; of no use where there are errors.</param>
/// <param name="Changes">One line a fact, in order of the file; the first <see cref="ChangeTally.ListedMax"/> of them.</param>
/// <param name="Tally">All of them, counted.</param>
/// <param name="Errors">Rules that the change would break against what holds now.</param>
public sealed record ChangePlan(
    ChangeDraft Draft, IReadOnlyList<PlannedChange> Changes, ChangeTally Tally, IReadOnlyList<FileError> Errors);

/// <summary>What happens to a fact.</summary>
public enum ChangeVerb : byte
{
    /// <summary>It begins where none held.</summary>
    Add,

    /// <summary>Another value begins.</summary>
    Change,

    /// <summary>It ends.</summary>
    Remove,
}

/// <summary>One fact that begins, changes or ends.</summary>
/// <param name="Verb">Which.</param>
/// <param name="What">Path of the place or node, or id of the asset.</param>
/// <param name="Before">Value before, or null.</param>
/// <param name="After">Value after, or null.</param>
public sealed record PlannedChange(ChangeVerb Verb, string What, FactValue? Before, FactValue? After);

/// <summary>Changes counted: a fleet of 77,000 racks is 600,000 facts, which nobody reads one by one.</summary>
public sealed class ChangeTally
{
    /// <summary>Most lines kept: a page of REST, and more than a person reads.</summary>
    public const int ListedMax = 10_000;

    private readonly List<PlannedChange> _listed = [];
    private readonly Dictionary<string, (int Come, int Gone)> _racksBySku = new(StringComparer.Ordinal);

    /// <summary>Facts that begin.</summary>
    public int Added { get; private set; }

    /// <summary>Facts that get another value.</summary>
    public int Changed { get; private set; }

    /// <summary>Facts that end.</summary>
    public int Removed { get; private set; }

    /// <summary>All of them.</summary>
    public int Count => Added + Changed + Removed;

    /// <summary>The first of them.</summary>
    public IReadOnlyList<PlannedChange> Listed => _listed;

    /// <summary>Racks that come and go, by SKU revision.</summary>
    public IReadOnlyDictionary<string, (int Come, int Gone)> RacksBySku => _racksBySku;

    /// <summary>Counts a change.</summary>
    /// <param name="verb">What happens.</param>
    /// <param name="subject">What the fact is about.</param>
    /// <param name="what">Says what for people; asked only while lines are kept.</param>
    /// <param name="before">Value before, or null.</param>
    /// <param name="after">Value after, or null.</param>
    public void Add(ChangeVerb verb, Subject subject, Func<Subject, string> what, FactValue? before, FactValue? after)
    {
        Added += verb == ChangeVerb.Add ? 1 : 0;
        Changed += verb == ChangeVerb.Change ? 1 : 0;
        Removed += verb == ChangeVerb.Remove ? 1 : 0;
        if (_listed.Count < ListedMax)
        {
            _listed.Add(new PlannedChange(verb, what(subject), before, after));
        }

        if (subject.Kind == SubjectKind.Node)
        {
            Racks(after as PinnedSkuFact, 1, 0);
            Racks(before as PinnedSkuFact, 0, 1);
        }
    }

    /// <summary>Counts facts of a bulk import that are not listed.</summary>
    public void AddUnlisted(int added, int changed, int removed)
    {
        Added += added;
        Changed += changed;
        Removed += removed;
    }

    private void Racks(PinnedSkuFact? pinned, int come, int gone)
    {
        if (pinned is not null)
        {
            var (before, after) = _racksBySku.GetValueOrDefault(pinned.Sku);
            _racksBySku[pinned.Sku] = (before + come, after + gone);
        }
    }
}
