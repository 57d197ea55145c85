using System.Collections;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What a <see cref="DataNode"/> is.</summary>
public enum DataKind : byte
{
    /// <summary>Nothing: <c>null</c>, <c>~</c> or an empty value.</summary>
    Null,

    /// <summary>Plain <c>true</c> or <c>false</c>.</summary>
    Truth,

    /// <summary>A plain number in JSON's spelling, whole or not.</summary>
    Number,

    /// <summary>Text, quoted or not; <c>NO</c>, <c>05</c> and <c>3 MW</c> are text.</summary>
    Text,

    /// <summary>A sequence.</summary>
    List,

    /// <summary>A mapping with text keys, in the order of the file.</summary>
    Map,
}

/// <summary>One value of a data file and the line that it stands on. Immutable once read; safe from any thread.</summary>
public sealed class DataNode : IEnumerable<DataNode>
{
    private static readonly OrderedDictionary<string, DataNode> NoMembers = [];
    private readonly OrderedDictionary<string, DataNode>? _members;
    private readonly List<DataNode>? _items;
    private readonly DataNode? _parent;

    internal DataNode(DataNode? parent, string name, DataKind kind, int line, string text = "")
    {
        _parent = parent;
        Name = name;
        Kind = kind;
        Line = line;
        Text = text;
        _members = kind == DataKind.Map ? new(StringComparer.Ordinal) : null;
        _items = kind == DataKind.List ? [] : null;
    }

    /// <summary>What it is.</summary>
    public DataKind Kind { get; }

    /// <summary>Line where it begins, from 1.</summary>
    public int Line { get; }

    /// <summary>Line where its key stands, from 1; its own line if it has no key.</summary>
    public int KeyLine { get; internal init; }

    /// <summary>Its key in a map, its index in a list, empty at the root.</summary>
    public string Name { get; }

    /// <summary>The scalar as written (without quotes); empty for lists and maps.</summary>
    public string Text { get; }

    /// <summary>Members of a map in the order of the file; empty otherwise.</summary>
    public IReadOnlyDictionary<string, DataNode> Members => _members ?? NoMembers;

    /// <summary>Items of a list; empty otherwise.</summary>
    public IReadOnlyList<DataNode> Items => _items ?? [];

    /// <summary>The member with a key, or null; null too where this is no map, and where the value is null.</summary>
    public DataNode? this[string key] =>
        _members is not null && _members.TryGetValue(key, out var node) && node.Kind != DataKind.Null ? node : null;

    /// <summary>A number's value; finite.</summary>
    /// <exception cref="InvalidOperationException">It is no number.</exception>
    public double Number => Kind == DataKind.Number
        ? double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"Bug: {Path} is read as a number without a schema that says so.");

    /// <summary>Where it is: <c>rows.r01.feeds[0]</c>; <c>$</c> at the root.</summary>
    public string Path
    {
        get
        {
            if (_parent is null)
            {
                return "$";
            }

            var above = _parent.Path;
            return _parent.Kind == DataKind.List ? $"{above}[{Name}]" : above == "$" ? Name : $"{above}.{Name}";
        }
    }

    internal OrderedDictionary<string, DataNode> MemberStore =>
        _members ?? throw new InvalidOperationException("Bug: not a map.");

    internal List<DataNode> ItemStore => _items ?? throw new InvalidOperationException("Bug: not a list.");

    /// <summary>The children: members' values or items, in the order of the file.</summary>
    public IEnumerator<DataNode> GetEnumerator() =>
        _members is not null ? _members.Values.GetEnumerator() : Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
