namespace Ampacity.Fleet;

/// <summary>
/// Collects what is wrong in one file while it is read on, so that a person sees all of it at once. A template that is read for many
/// halls tells each mistake once.
/// </summary>
internal sealed class FileErrors(string file)
{
    private readonly List<FileError> _errors = [];
    private readonly HashSet<(DataNode, string)> _told = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Errors by line, at most <see cref="DataFile.MaxErrors"/>.</summary>
    public IReadOnlyList<FileError> Sorted => [.. _errors.OrderBy(e => e.Line).Take(DataFile.MaxErrors)];

    /// <summary>Whether any of these rules is broken already: what follows from that is not told again.</summary>
    public bool Broke(params ReadOnlySpan<string> rules)
    {
        foreach (var error in _errors)
        {
            if (rules.Contains(error.Rule, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public void Add(DataNode at, string rule, string hint)
    {
        if (_told.Add((at, rule)))
        {
            _errors.Add(new(file, at.KeyLine, at.Path, rule, hint));
        }
    }

    /// <summary>What was read, or null and an error at its node.</summary>
    public T? Quantity<T>(DataNode at, bool read, T value, string? hint)
        where T : struct
    {
        if (read)
        {
            return value;
        }

        Add(at, "bad-quantity", hint!);
        return null;
    }
}
