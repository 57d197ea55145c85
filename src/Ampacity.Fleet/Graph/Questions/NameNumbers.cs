using System.Collections.Concurrent;

namespace Ampacity.Fleet;

/// <summary>Numbers for the names that racks are counted by: SKUs, vendors, programmes, organisations. A name keeps its number for all graphs of a line.</summary>
/// <remarks>Any thread. Grows with the different names that were ever recorded, some hundreds.</remarks>
internal sealed class NameNumbers
{
    /// <summary>What stands where nobody said a name.</summary>
    public const int Unsaid = -1;

    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private string[] _names = new string[16];
    private int _count;

    /// <summary>The number of a name, given now if it has none; <see cref="Unsaid"/> for null.</summary>
    public int Of(string? name)
    {
        if (name is null)
        {
            return Unsaid;
        }

        if (_numbers.TryGetValue(name, out var number))
        {
            return number;
        }

        lock (_adding)
        {
            if (_numbers.TryGetValue(name, out number))
            {
                return number;
            }

            if (_count == _names.Length)
            {
                var grown = new string[_count * 2];
                _names.CopyTo(grown, 0);
                Volatile.Write(ref _names, grown);
            }

            // The name is there before its number can be found.
            _names[_count] = name;
            _numbers[name] = _count;
            return _count++;
        }
    }

    /// <summary>The name of a number; null for <see cref="Unsaid"/>.</summary>
    public string? NameOf(int number) => number == Unsaid ? null : Volatile.Read(ref _names)[number];
}
