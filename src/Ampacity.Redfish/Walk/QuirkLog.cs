using System.Collections;

namespace Ampacity.Redfish;

/// <summary>Oddities of one BMC, each once, up to a limit: a hostile body of a million wrong members is one thing, not a million.</summary>
internal sealed class QuirkLog(int limit) : IReadOnlyList<RedfishQuirk>, ICollection<RedfishQuirk>
{
    private readonly List<RedfishQuirk> _kept = [];
    private readonly HashSet<RedfishQuirk> _known = [];

    public int Count => _kept.Count;

    public bool IsReadOnly => false;

    public RedfishQuirk this[int index] => _kept[index];

    public void Add(RedfishQuirk item)
    {
        if (_kept.Count > limit || !_known.Add(item))
        {
            return;
        }

        _kept.Add(_kept.Count < limit ? item : new RedfishQuirk("", "", $"more than {limit} oddities: the rest was left out"));
    }

    public bool Contains(RedfishQuirk item) => _known.Contains(item);

    public void CopyTo(RedfishQuirk[] array, int arrayIndex) => _kept.CopyTo(array, arrayIndex);

    public void Clear() => throw new NotSupportedException();

    public bool Remove(RedfishQuirk item) => throw new NotSupportedException();

    public IEnumerator<RedfishQuirk> GetEnumerator() => _kept.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
