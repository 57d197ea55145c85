namespace Ampacity.Redfish;

/// <summary>
/// How a BMC is asked for a resource with those below it, and whether its answers hold. What a root claims is believed until an answer shows
/// otherwise: members without bodies, fewer members than it counts, a refusal.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class ExpandQuery
{
    private readonly string _operator;
    private readonly bool _takesLevels;
    private bool _holds;

    private ExpandQuery(bool holds, string op, bool takesLevels, int maxLevels) =>
        (_holds, _operator, _takesLevels, MaxLevels) = (holds, op, takesLevels, maxLevels);

    /// <summary>No <c>$expand</c>.</summary>
    public static ExpandQuery None => new(false, ".", false, 0);

    /// <summary>Most levels that may be asked for, 0 to 6.</summary>
    public int MaxLevels { get; }

    /// <summary>Whether to ask so.</summary>
    public bool Holds => _holds && MaxLevels > 0;

    /// <summary>Whether a single resource comes with what is below it over several levels. Some services expand collections only.</summary>
    public bool HoldsDeep { get; private set; } = true;

    /// <summary>What a service root and a profile say together.</summary>
    public static ExpandQuery Of(ResourceReader root, ProfileExpand said)
    {
        if (said == ProfileExpand.Never)
        {
            return None;
        }

        const string Query = "ProtocolFeaturesSupported/ExpandQuery";
        var noLinks = root.Flag($"{Query}/NoLinks") ?? false;
        var all = root.Flag($"{Query}/ExpandAll") ?? false;
        if (!noLinks && !all)
        {
            return None;
        }

        var levels = root.Flag($"{Query}/Levels") ?? false;
        var most = (int)Math.Clamp(root.Number($"{Query}/MaxLevels") ?? 1, 1, 6);
        return new ExpandQuery(true, noLinks ? "." : "*", levels, levels ? most : 1) { HoldsDeep = said == ProfileExpand.Deep && levels && most > 1 };
    }

    /// <summary>The path with the query.</summary>
    /// <param name="path">A path without a query.</param>
    /// <param name="levels">1 is the members of a collection.</param>
    public string Query(string path, int levels) =>
        _takesLevels ? $"{path}?$expand={_operator}($levels={Math.Min(levels, MaxLevels)})" : $"{path}?$expand={_operator}";

    internal void Break() => _holds = false;

    internal void BreakDeep() => HoldsDeep = false;
}
