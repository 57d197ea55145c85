namespace Ampacity.Fleet;

/// <summary>
/// That former names can be told from present ones: nothing that the file states bears one, and no two things claim the same. So a file
/// can be applied again and again, and its order does not matter.
/// </summary>
internal static class FormerlyCheck
{
    /// <summary>Checks former names among the paths that one body, or the whole file, states.</summary>
    public static void Check(IEnumerable<DataNode?> formerNames, Func<string, bool> isStated, FileErrors errors)
    {
        var claimed = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        foreach (var former in formerNames)
        {
            if (former is null)
            {
                continue;
            }

            if (isStated(former.Text))
            {
                errors.Add(former, "formerly-stated", $"'{former.Text}' is stated here too; rename in two steps, or take formerly out");
            }
            else if (!claimed.TryAdd(former.Text, former))
            {
                errors.Add(former, "formerly-twice", $"{claimed[former.Text].Path} was '{former.Text}' already; only one of them can have been it");
            }
        }
    }
}
