using System.Collections.Concurrent;
using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Server;

/// <summary>Who recorded what and why, by id. A change set never changes, so what was read once is kept. Any thread.</summary>
public sealed class ChangeSetMemo(FactStore store)
{
    /// <summary>Most change sets kept. Guessed: more than one page of history names, some hundred bytes each.</summary>
    private const int KeptMax = 4096;

    private readonly ConcurrentDictionary<long, ChangeSet> _known = [];

    /// <summary>Reads those of some ids; one that is not recorded is left out.</summary>
    public async Task<IReadOnlyDictionary<ChangeSetId, ChangeSet>> ReadAsync(IEnumerable<ChangeSetId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ChangeSetId, ChangeSet>();
        foreach (var id in ids.Distinct())
        {
            if (_known.TryGetValue(id.Number, out var known))
            {
                found[id] = known;
            }
            else if (await store.ReadChangeSetsAsync(1, id.Number + 1, cancellationToken) is [var read] && read.Id == id)
            {
                if (_known.Count >= KeptMax)
                {
                    _known.Clear();
                }

                found[id] = _known[id.Number] = read;
            }
        }

        return found;
    }
}
