namespace Ampacity.Fleet;

/// <summary>Gathers what is wrong in a CSV file; after <see cref="DataFile.MaxErrors"/> the reading ends, since nothing will be applied.</summary>
internal sealed class CsvErrors(string file)
{
    private readonly List<FileError> _errors = [];

    public bool Any => _errors.Count > 0;

    public int Count => _errors.Count;

    /// <summary>Whether no more are kept: reading on is of no use.</summary>
    public bool Full => _errors.Count >= DataFile.MaxErrors;

    public IReadOnlyList<FileError> Sorted => [.. _errors.OrderBy(error => error.Line).Take(DataFile.MaxErrors)];

    public void Add(int line, string column, string rule, string hint)
    {
        if (!Full)
        {
            _errors.Add(new FileError(file, line, column, rule, hint));
        }
    }
}
