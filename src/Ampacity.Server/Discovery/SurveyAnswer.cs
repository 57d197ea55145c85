using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What a survey saw, for people and programs.</summary>
/// <param name="By">Who looked.</param>
/// <param name="BeganMs">When it began, UTC milliseconds.</param>
/// <param name="EndedMs">When it ended.</param>
/// <param name="Asked">Addresses asked; for a narrowed caller those of its own BMCs that answered.</param>
/// <param name="Bmcs">BMCs that answered, in order of address.</param>
/// <param name="Errors">What went wrong, by kind.</param>
public sealed record SurveyAnswer(
    string By, long BeganMs, long EndedMs, int Asked, IReadOnlyList<SurveyBmcRow> Bmcs, IReadOnlyList<SurveyErrorRow> Errors)
{
    internal static SurveyAnswer Of(FleetView view, Survey survey)
    {
        var whole = view.Scope is PlaceScope.WholeFleet;
        var bmcs = survey.Bmcs
            .Select(bmc => (Bmc: bmc, Place: bmc.Mac is null ? null : view.Graph.Assets.By(IdentifierKind.Mac, bmc.Mac)?.Place))
            .Where(row => whole || (row.Place is { } place && view.Sees(place.Node)));
        return new SurveyAnswer(
            survey.By,
            survey.BeganAt.ToUnixTimeMilliseconds(),
            survey.EndedAt.ToUnixTimeMilliseconds(),
            whole ? survey.TargetsAsked : bmcs.Count(),
            [.. bmcs.Select(row => new SurveyBmcRow(
                row.Bmc.Address, row.Bmc.Mac, row.Place is { } place ? view.Graph.PathOf(place) : null, row.Bmc.Vendor, row.Bmc.Product,
                row.Bmc.RedfishVersion, row.Bmc.ProfileId, row.Bmc.Serial?.Value, row.Bmc.Part?.Value, row.Bmc.Model?.Value,
                row.Bmc.Components.Count(component => component.Kind == SurveyedKind.Accelerator),
                row.Bmc.Components.Count(component => component.Kind == SurveyedKind.Processor),
                row.Bmc.ReportUris.Count, row.Bmc.Quirks.Count))],
            whole
                ? [.. survey.Errors.GroupBy(error => error.Kind).OrderBy(group => group.Key)
                    .Select(group => new SurveyErrorRow(group.Key.ToString(), group.Count(), group.First().Address, group.First().Message))]
                : []);
    }
}

/// <summary>A BMC that answered.</summary>
/// <param name="Address">Where.</param>
/// <param name="Mac">Its MAC.</param>
/// <param name="Place">The declared place of that MAC; left out if nobody declared it.</param>
/// <param name="Vendor">Vendor.</param>
/// <param name="Product">Product.</param>
/// <param name="RedfishVersion">Protocol version that it claims.</param>
/// <param name="Profile">Platform profile that it is read with.</param>
/// <param name="Serial">Serial of the tray.</param>
/// <param name="PartNumber">Part number of the tray.</param>
/// <param name="Model">Model of the tray.</param>
/// <param name="Accelerators">Accelerators that it names.</param>
/// <param name="Processors">Processors that it names.</param>
/// <param name="Reports">Metric reports that it offers.</param>
/// <param name="Quirks">Departures from the specification.</param>
public sealed record SurveyBmcRow(
    string Address,
    string? Mac,
    string? Place,
    string? Vendor,
    string? Product,
    string? RedfishVersion,
    string Profile,
    string? Serial,
    string? PartNumber,
    string? Model,
    int Accelerators,
    int Processors,
    int Reports,
    int Quirks);

/// <summary>One kind of failure of a sweep.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstAddress">Where it was met first.</param>
/// <param name="FirstMessage">What was seen there.</param>
public sealed record SurveyErrorRow(string Kind, int Count, string FirstAddress, string FirstMessage);
