namespace Ampacity.Tests.Tsdb;

/// <summary>What a name stands for on a disk that forgets.</summary>
internal interface IForgetfulEntry
{
    /// <summary>Writes one of the states in which it may come back.</summary>
    void Recover(string path, Random random);
}

/// <summary>A change of a name that no fsync of its folder covers yet.</summary>
/// <param name="Name">The name.</param>
/// <param name="Entry">What it stands for now; null: nothing.</param>
/// <param name="From">The name that it had before and has no more, or null. Both go in one step.</param>
internal sealed record NameChange(string Name, IForgetfulEntry? Entry, string? From);

/// <summary>A folder's names: those that last, and changes since.</summary>
internal sealed class Folder : IForgetfulEntry
{
    private readonly Dictionary<string, IForgetfulEntry> _durable = [];

    public List<NameChange> Names { get; } = [];

    public IForgetfulEntry? Find(string name)
    {
        var entry = _durable.GetValueOrDefault(name);
        foreach (var change in Names)
        {
            entry = change.Name == name ? change.Entry : change.From == name ? null : entry;
        }

        return entry;
    }

    public void Flush()
    {
        foreach (var change in Names)
        {
            Apply(_durable, change);
        }

        Names.Clear();
    }

    public void Recover(string path, Random random)
    {
        Directory.CreateDirectory(path);
        var names = new Dictionary<string, IForgetfulEntry>(_durable);
        foreach (var change in Names.Where(_ => random.Next(2) == 0))
        {
            Apply(names, change);
        }

        foreach (var (name, entry) in names)
        {
            entry.Recover(Path.Combine(path, name), random);
        }
    }

    private static void Apply(Dictionary<string, IForgetfulEntry> names, NameChange change)
    {
        if (change.From is not null)
        {
            names.Remove(change.From);
        }

        if (change.Entry is null)
        {
            names.Remove(change.Name);
        }
        else
        {
            names[change.Name] = change.Entry;
        }
    }
}
