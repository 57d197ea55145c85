using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>
/// What makes one BMC differ from the others of its kind: names, the spread of its silicon, and what is wrong with it. Everything is
/// computed from its seed when asked, so that a BMC costs bytes and not kilobytes.
/// </summary>
/// <remarks>Any thread; conditions are replaced whole.</remarks>
internal sealed class BmcSelf
{
    private readonly ulong _hash;

    public BmcSelf(SimulatedTray tray, int seed, string username = "root", double sessionSeconds = 1_800)
    {
        Tray = tray;
        Username = username;
        SessionSeconds = sessionSeconds;
        _hash = Mix(Mix(Text(tray.Mac)) ^ unchecked((ulong)seed));
        // All trays of a rack run one job, in step; racks are apart by up to a step.
        PhaseSeconds = tray.Rack is null ? 0 : TrainingStep.StepSeconds * Unit(Mix(Text(tray.Rack) ^ unchecked((ulong)seed)));
    }

    public SimulatedTray Tray { get; }

    /// <summary>The account that it takes.</summary>
    public string Username { get; }

    /// <summary>Name of the host in the tray.</summary>
    public string Hostname => Tray.Hostname ?? "host-" + Tray.Mac.Replace(":", "", StringComparison.Ordinal);

    /// <summary>Idle time after which its sessions end.</summary>
    public double SessionSeconds { get; }

    /// <summary>How far its job is ahead of the wall clock, seconds.</summary>
    public double PhaseSeconds { get; }

    /// <summary>The rack that it belongs to, for what the whole rack decides; null for a tray that stands alone.</summary>
    public RackLoad? Rack { get; set; }

    /// <summary>The busbar that its supplies carry: its rack's, or its own; null for one without supplies.</summary>
    public RackLoad? Bus { get; set; }

    /// <summary>Loads of its accelerators; null while all do what the job does. Replaced whole.</summary>
    public AcceleratorLoad[]? Loads { get; set; }

    /// <summary>Counters of its supplies; null while all have always worked. Replaced whole.</summary>
    public SupplyCounter[]? Counters { get; set; }

    /// <summary>Power limits that somebody set, watts by accelerator; infinite where none is. Replaced whole.</summary>
    public double[]? Limits { get; set; }

    /// <summary>The power limit of an accelerator, watts: its design power unless somebody set another.</summary>
    public double LimitWatts(int n) => Limits is { } limits && n < limits.Length && double.IsFinite(limits[n]) ? limits[n] : Tray.AcceleratorDesignWatts;

    /// <summary>The racks that it feeds or cools.</summary>
    public IReadOnlyList<RackLoad> Served { get; set; } = [];

    /// <summary>What is wrong with it now.</summary>
    public BmcConditions Conditions { get; set; } = BmcConditions.None;

    /// <summary>The serial that the hardware reports.</summary>
    public string Serial => Conditions.Serial ?? Tray.Serial;

    /// <summary>The MAC that the BMC reports.</summary>
    public string Mac => Conditions.Mac ?? Tray.Mac;

    /// <summary>No two chips draw the same: 0.98 to 1.02, fixed for a seed, a BMC and a part.</summary>
    public double Scale(int part) => 0.98 + (0.04 * Share(part));

    /// <summary>0 to 1, fixed for a seed, a BMC and a key.</summary>
    public double Share(int key) => Unit(Mix(_hash ^ unchecked((ulong)key * 0x9E37_79B9_7F4A_7C15UL)));

    /// <summary>The same shape with other last digits: two BMCs never share a part's serial. A tree that stands for itself keeps its own.</summary>
    public string Vary(string text)
    {
        if (Tray.KeepsIdentity)
        {
            return text;
        }

        var random = Mix(_hash ^ Text(text));
        return string.Create(text.Length, (text, random), static (characters, state) =>
        {
            var (text, random) = state;
            text.CopyTo(characters);
            for (var (at, changed) = (characters.Length - 1, 0); at >= 0 && changed < 12; at--)
            {
                var nibble = (int)(random & 0xF);
                if (char.IsAsciiDigit(characters[at]))
                {
                    characters[at] = (char)('0' + (nibble % 10));
                }
                else if (char.IsAsciiLetter(characters[at]))
                {
                    characters[at] = (char)((char.IsAsciiLetterLower(characters[at]) ? 'a' : 'A') + (nibble % 6));
                }
                else
                {
                    continue;
                }

                random = Mix(random);
                changed++;
            }
        });
    }

    /// <summary>A UUID of its own for a key.</summary>
    public string Uuid(int key)
    {
        var (high, low) = (Mix(_hash ^ unchecked((ulong)key)), Mix(_hash ^ unchecked((ulong)key + 0x5555)));
        return string.Create(CultureInfo.InvariantCulture,
            $"{high >> 32:x8}-{high >> 16 & 0xFFFF:x4}-4{high & 0xFFF:x3}-{0x8000 | (low >> 48 & 0x3FFF):x4}-{low & 0xFFFF_FFFF_FFFF:x12}");
    }

    // FNV-1a.
    private static ulong Text(string text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * 1_099_511_628_211UL);
        }

        return hash;
    }

    // The finisher of SplitMix64 (Steele, Lea and Flood, 2014): every input bit reaches every output bit.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E37_79B9_7F4A_7C15UL;
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EBUL;
            return value ^ (value >> 31);
        }
    }

    private static double Unit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));
}
