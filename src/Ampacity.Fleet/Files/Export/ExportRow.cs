using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Finds the line that stamps a row again: what most of its racks say, where the first stands and how far the next. Racks that say
/// something else are exceptions; those that an exception cannot describe are written in full.
/// </summary>
internal sealed class ExportRow
{
    private static readonly string[] ModeKeys = ["mode", "transfer"];
    private readonly List<ExportedRack> _racks;
    private readonly List<(string Key, string Text)> _base = [];
    private readonly int _count;
    private long _x;
    private long _y;
    private long _pitch;
    private bool _isPlaced;
    private bool _alongY;
    private int _domainRacks;

    public ExportRow(string name, List<ExportedRack> racks)
    {
        Name = name;
        _racks = racks;
        var numbered = racks.Where(rack => rack.Number > 0).ToList();
        var most = numbered.Where(rack => rack.Keys.Any(key => key.Key is "sku" or "frame") && rack.Keys.TrueForAll(key => key.Key is not ("boundTo" or "note")))
            .GroupBy(rack => ExportText.Map(rack.Keys), StringComparer.Ordinal).MaxBy(group => group.Count());

        // A row of more holes than racks is no row that anybody would stamp.
        if (most is null || numbered[^1].Number > Math.Min(10_000, numbered.Count * 2))
        {
            return;
        }

        _count = numbered[^1].Number;
        _base = most.First().Keys;
        Placed(numbered);
        Domains(numbered, name);
    }

    public string Name { get; }

    /// <summary>The line of the row; null if it stamps nothing.</summary>
    public List<(string Key, string Text)>? Line()
    {
        if (_count == 0)
        {
            return null;
        }

        List<(string, string)> keys = [.. _base.Take(1), ("racks", _count.ToString(CultureInfo.InvariantCulture))];
        if (_isPlaced)
        {
            keys.Add(("at", At(_x / 1e6, _y / 1e6)!));
            if (_pitch > 0)
            {
                keys.Add(("pitch", ExportText.Length(_pitch / 1e6)!));
            }

            if (_alongY)
            {
                keys.Add(("direction", "y"));
            }
        }

        keys.AddRange(_base.Skip(1));
        if (_domainRacks > 0)
        {
            keys.Add(("domain", $"{{racks: {_domainRacks.ToString(CultureInfo.InvariantCulture)}}}"));
        }

        return keys;
    }

    /// <summary>Numbers that the row would stamp and that are not there.</summary>
    public IEnumerable<string> Removed()
    {
        var there = _racks.Select(rack => rack.Number).ToHashSet();
        return Enumerable.Range(1, _count).Where(number => !there.Contains(number)).Select(number => $"{Name}/{RowSection.RackName(number)}");
    }

    /// <summary>Racks that are not as the row stamps them: exceptions, or in full.</summary>
    public IEnumerable<(string Path, bool IsException, List<(string Key, string Text)> Keys)> Others()
    {
        foreach (var rack in _racks)
        {
            var domain = rack.Domain is { } stated ? ("domain", ExportText.Scalar(stated)) : ((string, string)?)null;
            var position = rack.Position is { } at ? At(at.XMeters, at.YMeters) : null;
            if (rack.Number > 0 && rack.Number <= _count && Exception(rack, domain, position) is { } exception)
            {
                if (exception.Count > 0)
                {
                    yield return ($"{Name}/{rack.Name}", true, exception);
                }

                continue;
            }

            var keys = rack.Keys.ToList();
            if (domain is { } key)
            {
                keys.Add(key);
            }

            if (position is not null)
            {
                keys.Add(("at", position));
                if (_alongY)
                {
                    keys.Add(("direction", "y"));
                }
            }

            yield return ($"{Name}/{rack.Name}", false, keys);
        }
    }

    public static string? At(double x, double y) =>
        ExportText.Length(x) is { } left && ExportText.Length(y) is { } front ? $"[{left}, {front}]" : null;

    // What an exception has to say; null if it cannot, for it can only add and replace.
    private List<(string Key, string Text)>? Exception(ExportedRack rack, (string, string)? domain, string? position)
    {
        if (_base.Any(key => rack.Keys.TrueForAll(own => own.Key != key.Key)))
        {
            return null;
        }

        var keys = rack.Keys.Where(own => !_base.Contains(own)).ToList();
        if (keys.Any(key => ModeKeys.Contains(key.Key, StringComparer.Ordinal)))
        {
            // The two are said together.
            keys.RemoveAll(key => ModeKeys.Contains(key.Key, StringComparer.Ordinal));
            keys.AddRange(rack.Keys.Where(key => ModeKeys.Contains(key.Key, StringComparer.Ordinal)));
        }

        var stamped = Stamped(rack.Number);
        if (stamped?.X != rack.Position?.XMeters || stamped?.Y != rack.Position?.YMeters)
        {
            if (position is null)
            {
                return null;
            }

            keys.Add(("at", position));
        }

        if (rack.Domain != DomainOf(Name, rack.Number))
        {
            if (domain is not { } key)
            {
                return null;
            }

            keys.Add(key);
        }

        return keys;
    }

    private (double X, double Y)? Stamped(int number) => !_isPlaced ? null
        : _alongY ? (_x / 1e6, (_y + ((number - 1) * _pitch)) / 1e6) : ((_x + ((number - 1) * _pitch)) / 1e6, _y / 1e6);

    private string? DomainOf(string row, int number) =>
        _domainRacks > 0 ? FormattableString.Invariant($"{row}.d{((number - 1) / _domainRacks) + 1}") : null;

    private void Placed(List<ExportedRack> numbered)
    {
        var placed = numbered.Where(rack => rack.Position is { XMeters: >= 0 and < 1e6, YMeters: >= 0 and < 1e6 }).Take(2).ToList();
        if (placed.Count == 0 || (placed.Count < 2 && (_count > 1 || placed[0].Number != 1)))
        {
            return;
        }

        var (first, second) = (placed[0], placed[^1]);
        var (x, y) = (Micrometers(first.Position!.XMeters), Micrometers(first.Position.YMeters));
        if (first != second)
        {
            var apart = second.Number - first.Number;
            var (dx, dy) = (Micrometers(second.Position!.XMeters) - x, Micrometers(second.Position.YMeters) - y);
            if ((dx > 0) == (dy > 0) || dx < 0 || dy < 0 || (dx + dy) % apart != 0)
            {
                return;
            }

            _alongY = dy > 0;
            _pitch = (dx + dy) / apart;
            (x, y) = _alongY ? (x, y - ((first.Number - 1) * _pitch)) : (x - ((first.Number - 1) * _pitch), y);
        }

        _isPlaced = x >= 0 && y >= 0;
        (_x, _y) = (x, y);
    }

    private void Domains(List<ExportedRack> numbered, string name)
    {
        _domainRacks = numbered.Where(rack => rack.Domain == $"{name}.d1").Select(rack => rack.Number).DefaultIfEmpty(0).Max();
        // A rack outside all domains is written in full, so most have to be inside.
        if (_domainRacks > 0 && numbered.Count(rack => rack.Domain is null) * 2 > numbered.Count)
        {
            _domainRacks = 0;
        }
    }

    private static long Micrometers(double meters) => (long)Math.Round(meters * 1e6);
}

/// <summary>A rack as the export sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number from 1 if the name is one that a row stamps; else 0.</param>
/// <param name="Keys">What is said of it beside position and domain, <c>sku</c> or <c>frame</c> first.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="Domain">The domain of the whole rack.</param>
internal sealed record ExportedRack(
    string Name, int Number, List<(string Key, string Text)> Keys, FloorPositionFact? Position, string? Domain);
