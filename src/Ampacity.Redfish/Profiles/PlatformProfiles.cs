namespace Ampacity.Redfish;

/// <summary>The profiles of a folder, and which of them is for a BMC.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class PlatformProfiles
{
    // A profile of a real platform is some 10 KB.
    private const long MaxFileBytes = 1024 * 1024;

    private readonly PlatformProfile[] _byExactness;

    private PlatformProfiles(IEnumerable<PlatformProfile> profiles) =>
        _byExactness = [.. profiles.OrderByDescending(profile => profile.Match.Exactness).ThenBy(profile => profile.Id, StringComparer.Ordinal)];

    /// <summary>All, the most exact first.</summary>
    public IReadOnlyList<PlatformProfile> All => _byExactness;

    /// <summary>Reads every <c>*.json</c> of a folder.</summary>
    /// <exception cref="PlatformProfileException">There is no such folder, no profile in it, one is wrong, or two have one id.</exception>
    public static PlatformProfiles Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new PlatformProfileException($"no folder '{folder}' with platform profiles");
        }

        var profiles = new List<PlatformProfile>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                throw new PlatformProfileException($"{file}: over {MaxFileBytes} bytes, which no profile is");
            }

            try
            {
                profiles.Add(PlatformProfile.Parse(File.ReadAllText(file)));
            }
            catch (PlatformProfileException e)
            {
                throw new PlatformProfileException($"{file}: {e.Message}");
            }
        }

        return Of(profiles);
    }

    /// <summary>These profiles.</summary>
    /// <exception cref="PlatformProfileException">There is none, or two have one id.</exception>
    public static PlatformProfiles Of(IReadOnlyCollection<PlatformProfile> profiles)
    {
        var twice = profiles.GroupBy(profile => profile.Id).FirstOrDefault(group => group.Count() > 1);
        return profiles.Count == 0 ? throw new PlatformProfileException("no platform profile was found")
            : twice is not null ? throw new PlatformProfileException($"two profiles have the id '{twice.Key}'")
            : new PlatformProfiles(profiles);
    }

    /// <summary>The most exact profile for a service root, or null when none fits (the shipped generic one fits any).</summary>
    public PlatformProfile? Find(string? vendor, string? product, string? redfishVersion) =>
        Find(new BmcHints(vendor, product, redfishVersion, [], []));

    /// <summary>The most exact profile for what is known of a BMC, or null when none fits.</summary>
    public PlatformProfile? Find(BmcHints hints) => Array.Find(_byExactness, profile => profile.Match.Fits(hints));

    /// <summary>The profile with an id, or null.</summary>
    public PlatformProfile? ById(string id) => Array.Find(_byExactness, profile => profile.Id == id);
}
