namespace Ampacity.PromQL;

/// <summary>Warnings and infos that are said later than they were found, in their order.</summary>
internal sealed record HeldNotes(IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos)
{
    /// <summary>None.</summary>
    public static readonly HeldNotes None = new([], []);

    /// <summary>Takes what came after the first so many.</summary>
    public static HeldNotes Cut(List<string> warnings, int warningCount, List<string> infos, int infoCount)
    {
        var held = new HeldNotes(warnings[warningCount..], infos[infoCount..]);
        warnings.RemoveRange(warningCount, warnings.Count - warningCount);
        infos.RemoveRange(infoCount, infos.Count - infoCount);
        return held;
    }

    /// <summary>Says them.</summary>
    public void AddTo(List<string> warnings, List<string> infos)
    {
        warnings.AddRange(Warnings.Except(warnings, StringComparer.Ordinal).ToList());
        infos.AddRange(Infos.Except(infos, StringComparer.Ordinal).ToList());
    }
}
