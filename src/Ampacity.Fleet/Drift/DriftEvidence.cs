namespace Ampacity.Fleet;

/// <summary>By what a finding is known. Several together make it more certain.</summary>
[Flags]
public enum DriftEvidence : byte
{
    /// <summary>By nothing but that something was not seen.</summary>
    None = 0,

    /// <summary>The BMC's MAC.</summary>
    Mac = 1,

    /// <summary>The tray's serial.</summary>
    Serial = 2,

    /// <summary>Serials of components in the tray.</summary>
    ComponentSerials = 4,

    /// <summary>Where firmware believes to be, as numbered by most trays of the rack.</summary>
    Position = 8,

    /// <summary>The address at which the tray answered before.</summary>
    Address = 16,

    /// <summary>What the BMC itself reports of its parts.</summary>
    Report = 32,

    /// <summary>An earlier survey showed it otherwise.</summary>
    EarlierSurvey = 64,
}

/// <summary>How sure a finding is.</summary>
public enum DriftCertainty : byte
{
    /// <summary>One weak sign: absence, a position, an address. Look again before anything is changed.</summary>
    Suspected,

    /// <summary>One strong sign: a MAC, a serial, the BMC's own report.</summary>
    Likely,

    /// <summary>Several signs that agree.</summary>
    Certain,
}

/// <summary>Grades evidence.</summary>
public static class DriftGrades
{
    private const DriftEvidence Strong = DriftEvidence.Mac | DriftEvidence.Serial | DriftEvidence.ComponentSerials | DriftEvidence.Report;

    /// <summary>Two signs of which one is strong are certain, a strong one alone is likely, all else is suspected.</summary>
    public static DriftCertainty CertaintyOf(DriftEvidence evidence)
    {
        var signs = System.Numerics.BitOperations.PopCount((uint)evidence);
        return (evidence & Strong) == DriftEvidence.None ? DriftCertainty.Suspected : signs > 1 ? DriftCertainty.Certain : DriftCertainty.Likely;
    }

    /// <summary>The words of evidence, such as <c>mac, serial</c>; empty for none.</summary>
    public static IReadOnlyList<string> Words(DriftEvidence evidence) =>
        [.. Enum.GetValues<DriftEvidence>().Where(one => one != DriftEvidence.None && evidence.HasFlag(one)).Select(Word)];

    private static string Word(DriftEvidence one) => char.ToLowerInvariant(one.ToString()[0]) + one.ToString()[1..];
}
