namespace Ampacity.Fleet;

/// <summary>
/// What surveys show together at the end of one of them: of every address the newest look, and what earlier looks at the same BMC showed.
/// Immutable, any thread.
/// </summary>
public sealed class HardwareLooks
{
    private readonly Dictionary<string, List<BmcLookBack>> _byMac = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _macsAt = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, SurveyError>> _errors;

    private HardwareLooks(Survey picture)
    {
        Picture = picture;
        _errors = new(() => Picture.Errors.ToLookup(error => error.Address, StringComparer.Ordinal));
    }

    /// <summary>Of every address the newest look; a BMC that did not answer it is not in it.</summary>
    public Survey Picture { get; }

    /// <summary>Lays surveys over one another.</summary>
    /// <param name="oldestFirst">At least one.</param>
    public static HardwareLooks Of(IReadOnlyList<Survey> oldestFirst)
    {
        var hardware = new HardwareLooks(HardwarePicture.Lay(oldestFirst, keepSilent: false));
        foreach (var survey in oldestFirst)
        {
            foreach (var bmc in survey.Bmcs)
            {
                if (bmc.Mac is not { } mac)
                {
                    continue;
                }

                if (!hardware._byMac.TryGetValue(mac, out var looks))
                {
                    hardware._byMac.Add(mac, looks = []);
                }

                looks.Add(new BmcLookBack(bmc, survey.EndedAt.ToUnixTimeMilliseconds()));
                if (!hardware._macsAt.TryGetValue(bmc.Address, out var macs))
                {
                    hardware._macsAt.Add(bmc.Address, macs = []);
                }

                if (macs.Count == 0 || macs[^1] != mac)
                {
                    macs.Add(mac);
                }
            }
        }

        return hardware;
    }

    /// <summary>Every look at which a MAC answered, oldest first; empty if it never did.</summary>
    public IReadOnlyList<BmcLookBack> LooksAt(string mac) => _byMac.TryGetValue(mac, out var looks) ? looks : [];

    /// <summary>The MAC that answered last at an address, if any ever did.</summary>
    public string? LastMacAt(string address) => _macsAt.TryGetValue(address, out var macs) ? macs[^1] : null;

    /// <summary>MACs that answered at an address, newest first.</summary>
    public IEnumerable<string> MacsAt(string address) => _macsAt.TryGetValue(address, out var macs) ? Enumerable.Reverse(macs) : [];

    /// <summary>What went wrong at the newest look at an address.</summary>
    public IEnumerable<SurveyError> ErrorsAt(string address) => _errors.Value[address];
}

/// <summary>A BMC at an earlier look.</summary>
/// <param name="Bmc">What it showed.</param>
/// <param name="AtMs">End of that survey, UTC milliseconds.</param>
public readonly record struct BmcLookBack(SurveyedBmc Bmc, long AtMs);
