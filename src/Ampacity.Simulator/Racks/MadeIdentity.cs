using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>Identities that are made from a place where nobody named any: the same in every run.</summary>
internal static class MadeIdentity
{
    public static string Mac(string place, int third, int fourth) => string.Create(
        CultureInfo.InvariantCulture, $"02:5a:{Hash(place) >> 56:x2}:{Hash(place) >> 48 & 0xFF:x2}:{third:x2}:{fourth:x2}");

    public static string Serial(string place) => string.Create(CultureInfo.InvariantCulture, $"SIM-{Hash(place) % 10_000_000_000:D10}");

    // FNV-1a.
    private static ulong Hash(string place)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in place)
        {
            hash = unchecked((hash ^ letter) * 1_099_511_628_211UL);
        }

        return hash;
    }
}
