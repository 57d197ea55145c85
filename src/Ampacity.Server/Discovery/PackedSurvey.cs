using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// A survey in the form in which large ones are kept: what BMCs of a kind have in common is written once, and each BMC names it by number. 17,750
/// BMCs are 200 MB of JSON one by one, which every start would read again.
/// </summary>
/// <param name="By">Who looked.</param>
/// <param name="BeganAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="TargetsAsked">Addresses asked.</param>
/// <param name="Components">Components without serial and UUID.</param>
/// <param name="Ports">Lists of ports.</param>
/// <param name="Firmware">Lists of firmware.</param>
/// <param name="ReadPlans">Read plans.</param>
/// <param name="ReportUris">Lists of reports.</param>
/// <param name="Quirks">Lists of quirks.</param>
/// <param name="Bmcs">The BMCs.</param>
/// <param name="Errors">What went wrong.</param>
internal sealed record PackedSurvey(
    string By,
    DateTimeOffset BeganAt,
    DateTimeOffset EndedAt,
    int TargetsAsked,
    IReadOnlyList<SurveyedComponent> Components,
    IReadOnlyList<IReadOnlyList<SurveyedPort>> Ports,
    IReadOnlyList<IReadOnlyList<SurveyedFirmware>> Firmware,
    IReadOnlyList<IReadOnlyList<PlannedRead>> ReadPlans,
    IReadOnlyList<IReadOnlyList<string>> ReportUris,
    IReadOnlyList<IReadOnlyList<SurveyedQuirk>> Quirks,
    IReadOnlyList<PackedBmc> Bmcs,
    IReadOnlyList<SurveyError> Errors)
{
    /// <summary>Packs a survey. Lists that are equal but not one object are written twice.</summary>
    public static PackedSurvey Of(Survey survey)
    {
        var components = new Numbered<SurveyedComponent>(EqualityComparer<SurveyedComponent>.Default);
        var ports = new Numbered<IReadOnlyList<SurveyedPort>>(ReferenceEqualityComparer.Instance);
        var firmware = new Numbered<IReadOnlyList<SurveyedFirmware>>(ReferenceEqualityComparer.Instance);
        var reads = new Numbered<IReadOnlyList<PlannedRead>>(ReferenceEqualityComparer.Instance);
        var reports = new Numbered<IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
        var quirks = new Numbered<IReadOnlyList<SurveyedQuirk>>(ReferenceEqualityComparer.Instance);
        PackedBmc[] bmcs =
        [
            .. survey.Bmcs.Select(bmc => new PackedBmc(
                bmc with { Components = [], Ports = [], Firmware = [], ReadPlan = [], ReportUris = [], Quirks = [] },
                [.. bmc.Components.Select(component => new PackedComponent(components.Of(component with { Serial = null, Uuid = null }), component.Serial, component.Uuid))],
                ports.Of(bmc.Ports), firmware.Of(bmc.Firmware), reads.Of(bmc.ReadPlan), reports.Of(bmc.ReportUris), quirks.Of(bmc.Quirks))),
        ];
        return new PackedSurvey(
            survey.By, survey.BeganAt, survey.EndedAt, survey.TargetsAsked, components.All, ports.All, firmware.All, reads.All, reports.All, quirks.All, bmcs, survey.Errors);
    }

    /// <summary>The survey; what is common is one object for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A BMC names what is not there.</exception>
    public Survey Unpack() => new(By, BeganAt, EndedAt, TargetsAsked, [.. Bmcs.Select(Unpack)], Errors);

    private SurveyedBmc Unpack(PackedBmc packed) => packed.Bmc with
    {
        Components = [.. packed.Components.Select(one => one.Serial is null && one.Uuid is null
            ? Components[one.Component] : Components[one.Component] with { Serial = one.Serial, Uuid = one.Uuid })],
        Ports = Ports[packed.Ports],
        Firmware = Firmware[packed.Firmware],
        ReadPlan = ReadPlans[packed.ReadPlan],
        ReportUris = ReportUris[packed.ReportUris],
        Quirks = Quirks[packed.Quirks],
    };

    private sealed class Numbered<T>(IEqualityComparer<T> comparer)
        where T : class
    {
        private readonly Dictionary<T, int> _numbers = new(comparer);

        public List<T> All { get; } = [];

        public int Of(T one)
        {
            if (_numbers.TryAdd(one, All.Count))
            {
                All.Add(one);
            }

            return _numbers[one];
        }
    }
}

/// <summary>A BMC and the numbers of what it has in common with others.</summary>
/// <param name="Bmc">What is its own.</param>
/// <param name="Components">Its components.</param>
/// <param name="Ports">Number of its list of ports.</param>
/// <param name="Firmware">Number of its list of firmware.</param>
/// <param name="ReadPlan">Number of its read plan.</param>
/// <param name="ReportUris">Number of its list of reports.</param>
/// <param name="Quirks">Number of its list of quirks.</param>
internal sealed record PackedBmc(
    SurveyedBmc Bmc, IReadOnlyList<PackedComponent> Components, int Ports, int Firmware, int ReadPlan, int ReportUris, int Quirks);

/// <summary>A component.</summary>
/// <param name="Component">Number of what it is.</param>
/// <param name="Serial">Its serial, or null.</param>
/// <param name="Uuid">Its UUID, or null.</param>
internal sealed record PackedComponent(int Component, string? Serial, string? Uuid);
