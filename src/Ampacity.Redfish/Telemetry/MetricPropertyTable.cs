using System.Text;

namespace Ampacity.Redfish;

/// <summary>Numbers for the metric properties of one BMC, so that a poll compares bytes instead of making strings.</summary>
/// <remarks>One thread at a time. Reports list their values in the same order each time, so the next expected one is tried first.</remarks>
public sealed class MetricPropertyTable
{
    /// <summary>Most properties of one BMC; a GB300 tray has some 3,800.</summary>
    public const int MaxProperties = 65_536;

    /// <summary>Longest name in bytes; the longest captured one has under 200.</summary>
    public const int MaxNameBytes = 1_024;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<byte[]> _utf8 = [];
    private readonly List<string> _names = [];
    private readonly List<int> _following = [];
    private int _newest = -1;

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>Properties that got no number because the table is full or the name too long.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>The property with a number.</summary>
    public string NameOf(int index) => _names[index];

    /// <summary>Starts a report: the next property is not expected to follow the newest one.</summary>
    internal void Rewind() => _newest = -1;

    /// <summary>The number of a property, made if new; -1 when refused. Allocates only for new ones and for ones out of order.</summary>
    internal int Resolve(ReadOnlySpan<byte> name)
    {
        if (_newest >= 0 && _following[_newest] is >= 0 and var expected && name.SequenceEqual(_utf8[expected]))
        {
            return _newest = expected;
        }

        if (name.Length > MaxNameBytes)
        {
            RefusedCount++;
            return -1;
        }

        var text = Encoding.UTF8.GetString(name);
        if (!_indexes.TryGetValue(text, out var index))
        {
            if (_names.Count == MaxProperties)
            {
                RefusedCount++;
                return -1;
            }

            index = _names.Count;
            _indexes.Add(text, index);
            _names.Add(text);
            _utf8.Add(name.ToArray());
            _following.Add(-1);
        }

        if (_newest >= 0)
        {
            _following[_newest] = index;
        }

        return _newest = index;
    }
}
