namespace Ampacity.Redfish;

/// <summary>What a member of a resource means.</summary>
/// <param name="Member">JSON pointer in the resource; <c>*</c> is an index or a name of an array's entry.</param>
/// <param name="Family">Canonical name; empty: refused.</param>
/// <param name="Factor">To the family's unit.</param>
/// <param name="Part">What is added to the component behind a slash; <c>*</c> is what the star of the member is.</param>
/// <param name="Label">One more label, as <c>name=value</c>.</param>
/// <param name="Second">And another.</param>
/// <param name="Traits">How it behaves.</param>
/// <param name="Sensor">Where not null, an excerpt that only lists a sensor: it is read as a sensor of this ReadingType.</param>
/// <param name="Refusal">Why it is refused.</param>
internal sealed record MemberRule(
    string Member, string Family, double Factor = 1, string? Part = null, string? Label = null, string? Second = null,
    ValueTraits Traits = ValueTraits.None, string? Sensor = null, RefusalReason Refusal = RefusalReason.None);

/// <summary>The members that we know, by kind of resource.</summary>
internal static partial class MemberRules
{
    private const double Percent = 0.01;
    private const double KilowattHour = 3_600_000;
    private const double MegaHertz = 1_000_000;
    private const double GigabitPerSecond = 125_000_000;
    private const ValueTraits Counts = ValueTraits.Counter;

    // Made at first use: the fields of the other files of this class are there by then.
    private static readonly Lazy<Dictionary<ResourceKind, Dictionary<string, MemberRule>>> ByKind = new(Collect);

    private static readonly Lazy<HashSet<string>> Names = new(() =>
        [.. ByKind.Value.Values.SelectMany(rules => rules.Values).Where(rule => rule.Refusal == RefusalReason.None).Select(rule => rule.Member.Split('/').Last(part => part != "*"))]);

    /// <summary>Names of members that are readings.</summary>
    public static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Readings => Names.Value.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The rule for a member, and what its star stands for; null where none is for it.</summary>
    public static (MemberRule Rule, string Star)? Find(ResourceKind kind, string member)
    {
        if (!ByKind.Value.TryGetValue(kind, out var rules))
        {
            return null;
        }

        if (rules.TryGetValue(member, out var exact))
        {
            return (exact, "");
        }

        // All indexes are stars; what they were is told apart by what a star is replaced with.
        var segments = member.Split('/');
        var stars = new List<string>();
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i].Length is > 0 and < 5 && segments[i].All(char.IsAsciiDigit))
            {
                stars.Add(segments[i]);
                segments[i] = "*";
            }
        }

        if (rules.TryGetValue(string.Join('/', segments), out var indexed))
        {
            return (indexed, string.Join('.', stars));
        }

        for (var i = 1; i < segments.Length; i++)
        {
            var star = segments[i];
            segments[i] = "*";
            if (rules.TryGetValue(string.Join('/', segments), out var rule))
            {
                return (rule, star);
            }

            segments[i] = star;
        }

        return null;
    }

    private static Dictionary<ResourceKind, Dictionary<string, MemberRule>> Collect()
    {
        var all = new Dictionary<ResourceKind, Dictionary<string, MemberRule>>();
        foreach (var (kind, rules) in Processors().Concat(Ports()).Concat(Electrical()).Concat(Cooling()).Concat(Older()))
        {
            if (!all.TryGetValue(kind, out var known))
            {
                all[kind] = known = new Dictionary<string, MemberRule>(StringComparer.Ordinal);
            }

            foreach (var rule in rules)
            {
                known.Add(rule.Member, rule);
            }
        }

        return all;
    }

    private static MemberRule Setting(string member) => new(member, "", Refusal: RefusalReason.Setting);

    private static MemberRule Aggregate(string member) => new(member, "", Refusal: RefusalReason.Aggregate);

    private static MemberRule Error(string member, string type, string category) =>
        new(member, "hw_errors_total", Label: "error_type=" + type, Second: "error_category=" + category, Traits: Counts);
}
