using System.Diagnostics.CodeAnalysis;

namespace Ampacity.Fleet;

/// <summary>What the rows of a CSV file are about.</summary>
public enum CsvKind : byte
{
    /// <summary>Racks: where they stand, what they are, what feeds and cools them.</summary>
    Racks = 1,

    /// <summary>Things: where they are and what they are known by.</summary>
    Assets = 2,

    /// <summary>Which asset is where, from when to when.</summary>
    Placements = 3,

    /// <summary>What draws from which power node.</summary>
    Feeds = 4,
}

/// <summary>Kinds of CSV file as they are written.</summary>
public static class CsvKinds
{
    /// <summary>All of them, for hints and help.</summary>
    public const string Words = "racks, assets, placements or feeds";

    /// <summary>The written form: <c>racks</c>.</summary>
    public static string Word(this CsvKind kind) => kind switch
    {
        CsvKind.Racks => "racks",
        CsvKind.Assets => "assets",
        CsvKind.Placements => "placements",
        CsvKind.Feeds => "feeds",
        _ => throw new InvalidOperationException($"Bug: no word for {kind}"),
    };

    /// <summary>Reads the written form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CsvKind kind)
    {
        foreach (var known in Enum.GetValues<CsvKind>())
        {
            if (known.Word() == text)
            {
                kind = known;
                return true;
            }
        }

        kind = default;
        return false;
    }
}
