using System.Globalization;
using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/bmcs/…</c>: one BMC as the newest look saw it, by MAC, address or place.</summary>
internal static class BmcEndpoints
{
    public static void MapBmcs(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/bmcs/{**which}", ShowAsync).WithName("ShowBmc").WithTags("surveys")
            .WithSummary("One BMC by MAC, address or place: what it is, what is in it, and what reading it costs").Produces<BmcAnswer>().ProducesProblem(404);

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, DriftBook drift, BmcCollection collection, string which)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var seen = await drift.SeenAsync(context.RequestAborted);
        if (seen is null || Find(view, seen, FleetQuestion.Unslashed(which).Trim()) is not { } found || !(view.SeesAll || (found.Place is { } at && view.Sees(at.Node))))
        {
            return Problems.NotFound($"A BMC {FleetQuestion.Short(which)}", "Surveys name BMCs by MAC and address: ampacity discover, ampacity drift.");
        }

        return Results.Ok(BmcAnswer.Of(view.Graph, seen, found.Bmc, found.Place, found.SeenMs) with
        {
            Reading = found.Bmc.Mac is { } mac && collection.StateOf(mac) is { } state ? BmcReading.Of(state) : null,
        });
    }

    private static (SurveyedBmc Bmc, StableKey? Place, long SeenMs)? Find(FleetView view, HardwareLooks seen, string which)
    {
        if (which.Length is 0 or > 600)
        {
            return null;
        }

        if (IdentifierText.TryNormalise(IdentifierKind.Mac, which, out var mac, out _))
        {
            return ByMac(view, seen, mac);
        }

        if (view.TryFind(which.Trim('/'), out var place))
        {
            return view.Graph.Assets.At(place)?[IdentifierKind.Mac] is { } declared ? ByMac(view, seen, declared) : null;
        }

        var bmc = seen.Picture.Bmcs.FirstOrDefault(one => one.Address == which || new Uri(one.Address).Authority == which || new Uri(one.Address).Host.Trim('[', ']') == which.Trim('[', ']'));
        return bmc is null ? null : (bmc, bmc.Mac is null ? null : view.Graph.Assets.By(IdentifierKind.Mac, bmc.Mac)?.Place, seen.Picture.EndedAt.ToUnixTimeMilliseconds());
    }

    private static (SurveyedBmc, StableKey?, long)? ByMac(FleetView view, HardwareLooks seen, string mac) =>
        seen.LooksAt(mac) is [.., var last] ? (last.Bmc, view.Graph.Assets.By(IdentifierKind.Mac, mac)?.Place, last.AtMs) : null;
}

/// <summary>A BMC as it was seen last.</summary>
/// <param name="Address">Where it answered.</param>
/// <param name="SeenMs">End of that survey, UTC milliseconds.</param>
/// <param name="Place">Where it is declared to be; left out if nobody declared it.</param>
/// <param name="Mac">Its MAC; left out where it names none.</param>
/// <param name="Kind">What it manages.</param>
/// <param name="Vendor">Vendor.</param>
/// <param name="Product">Product.</param>
/// <param name="RedfishVersion">Protocol version that it claims.</param>
/// <param name="Profile">Platform profile that it is read with.</param>
/// <param name="Serial">Serial of the tray.</param>
/// <param name="PartNumber">Part number of the tray.</param>
/// <param name="Model">Model of the tray.</param>
/// <param name="Position">Where its firmware believes to be.</param>
/// <param name="CertificateSha256">The certificate that is pinned for it; left out under the system's trust.</param>
/// <param name="Components">What is in it.</param>
/// <param name="Firmware">Firmware by Redfish's Id.</param>
/// <param name="Ports">Ports with their links.</param>
/// <param name="Reports">Metric reports that it offers.</param>
/// <param name="Quirks">Departures from the specification.</param>
/// <param name="Errors">What went wrong at the newest look.</param>
/// <param name="Plan">What reading it takes.</param>
public sealed record BmcAnswer(
    string Address,
    long SeenMs,
    string? Place,
    string? Mac,
    string Kind,
    string? Vendor,
    string? Product,
    string? RedfishVersion,
    string Profile,
    BmcValueRow? Serial,
    BmcValueRow? PartNumber,
    BmcValueRow? Model,
    BmcPositionRow? Position,
    string? CertificateSha256,
    IReadOnlyList<BmcComponentRow> Components,
    IReadOnlyList<BmcFirmwareRow> Firmware,
    IReadOnlyList<BmcPortRow> Ports,
    IReadOnlyList<string> Reports,
    IReadOnlyList<BmcQuirkRow> Quirks,
    IReadOnlyList<BmcErrorRow> Errors,
    BmcReadPlan Plan)
{
    /// <summary>How it is read now; left out where it is not.</summary>
    public BmcReading? Reading { get; init; }

    internal static BmcAnswer Of(FleetGraph graph, HardwareLooks seen, SurveyedBmc bmc, StableKey? place, long seenMs) => new(
        bmc.Address, seenMs, place is { } at ? graph.PathOf(at) : null, bmc.Mac, DriftAnswerRow.Word(bmc.Kind.ToString()), bmc.Vendor, bmc.Product, bmc.RedfishVersion, bmc.ProfileId,
        Value(bmc.Serial), Value(bmc.Part), Value(bmc.Model), bmc.Position is { } said ? new BmcPositionRow(said.Rack, said.Offset, said.Slot, said.Source) : null, bmc.CertificateSha256,
        [.. bmc.Components.Select(one => new BmcComponentRow(one.Id, DriftAnswerRow.Word(one.Kind.ToString()), one.Uri, one.State, one.Health, one.DetectorState, one.Serial, one.Part, one.Model, one.Firmware, one.Slot, one.Uuid, one.In))],
        [.. bmc.Firmware.Select(one => new BmcFirmwareRow(one.Id, one.Version, one.Component))],
        [.. bmc.Ports.Select(port => new BmcPortRow(port.Component, port.Id, port.Uri, port.Protocol, port.LinkStatus, port.SpeedGbps, port.Peer))],
        bmc.ReportUris, [.. bmc.Quirks.Select(quirk => new BmcQuirkRow(quirk.Uri, quirk.Property, quirk.What))],
        [.. seen.ErrorsAt(bmc.Address).Select(error => new BmcErrorRow(DriftAnswerRow.Word(error.Kind.ToString()), error.Uri, error.Message))], BmcReadPlan.Of(bmc.ReadPlan));

    private static BmcValueRow? Value(SurveyedValue? value) => value is null ? null : new BmcValueRow(value.Value, value.Source);
}

/// <summary>How a BMC is read now.</summary>
/// <param name="ReadMs">When it was last read, UTC milliseconds; left out if never.</param>
/// <param name="FailuresInRow">Polls that failed since.</param>
/// <param name="Error">What was wrong with the newest request; left out when well.</param>
/// <param name="Series">Series that it feeds.</param>
/// <param name="Reads">Bodies read, and of these those that had not changed.</param>
/// <param name="Unchanged">Bodies that had not changed.</param>
/// <param name="Delivered">Metric reports that came by event.</param>
/// <param name="Reported">Events that it reported.</param>
/// <param name="Alerts">How its alerts come.</param>
/// <param name="Reports">How its metric reports come.</param>
public sealed record BmcReading(
    long? ReadMs, int FailuresInRow, string? Error, int Series, long Reads, long Unchanged, long Delivered, long Reported, BmcWayRow Alerts, BmcWayRow Reports)
{
    internal static BmcReading Of(Ampacity.Collect.BmcPollState state) => new(
        state.ReadAt?.ToUnixTimeMilliseconds(), state.FailuresInRow, state.Error.Length > 0 ? state.Error : null, state.SeriesCount,
        state.Counts.Reads, state.Counts.Unchanged, state.Counts.Delivered, state.Counts.Reported, BmcWayRow.Of(state.Alerts), BmcWayRow.Of(state.Reports));
}

/// <summary>How something comes.</summary>
/// <param name="Way">poll, stream or push.</param>
/// <param name="SinceMs">Since when, UTC milliseconds.</param>
/// <param name="Why">Why it is polled; left out where it comes by event.</param>
public sealed record BmcWayRow(string Way, long SinceMs, string? Why)
{
    internal static BmcWayRow Of(Ampacity.Collect.ReadingWayState state) =>
        new(DriftAnswerRow.Word(state.Way.ToString()), state.Since.ToUnixTimeMilliseconds(), state.Why.Length > 0 ? state.Why : null);
}

/// <summary>What reading a BMC takes.</summary>
/// <param name="GetsPerMinute">GETs a minute.</param>
/// <param name="BytesPerMinute">Bytes of their bodies a minute, as measured when it was planned.</param>
/// <param name="Values">Values that one round of all reads gives.</param>
/// <param name="Says">The same in words, such as "12 GET/min, 0.9 MB/min".</param>
/// <param name="Reads">Each of them.</param>
public sealed record BmcReadPlan(double GetsPerMinute, double BytesPerMinute, int Values, string Says, IReadOnlyList<BmcReadRow> Reads)
{
    private const double SecondsPerMinute = 60;

    internal static BmcReadPlan Of(IReadOnlyList<PlannedRead> reads)
    {
        var gets = reads.Sum(read => SecondsPerMinute / read.PeriodSeconds);
        var bytes = reads.Sum(read => read.Bytes * SecondsPerMinute / read.PeriodSeconds);
        return new BmcReadPlan(
            gets, bytes, reads.Sum(read => read.Values),
            reads.Count == 0 ? "nothing is read" : string.Create(CultureInfo.InvariantCulture, $"{gets:0.#} GET/min, {(bytes >= 1e5 ? $"{bytes / 1e6:0.0} MB" : $"{bytes / 1e3:0.0} kB")}/min"),
            [.. reads.Select(read => new BmcReadRow(read.Uri, DriftAnswerRow.Word(read.Form.ToString()), DriftAnswerRow.Word(read.Class.ToString()), read.PeriodSeconds, read.Bytes, read.Values))]);
    }
}

/// <summary>A value with the place that it was read from.</summary>
/// <param name="Value">As written by the firmware.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record BmcValueRow(string Value, string Source);

/// <summary>Where firmware believes to be.</summary>
/// <param name="Rack">Its name of the rack.</param>
/// <param name="Offset">Unit in the rack.</param>
/// <param name="Slot">Slot or tray number.</param>
/// <param name="Source">Where it says so.</param>
public sealed record BmcPositionRow(string? Rack, int? Offset, int? Slot, string Source);

/// <summary>A component.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="State">Redfish's Status.State.</param>
/// <param name="Health">Redfish's Status.Health.</param>
/// <param name="DetectorState">Of a leak detector.</param>
/// <param name="Serial">Serial number.</param>
/// <param name="Part">Part number.</param>
/// <param name="Model">Model.</param>
/// <param name="Firmware">Firmware version.</param>
/// <param name="Slot">Its place in the tray, as firmware writes it.</param>
/// <param name="Uuid">UUID.</param>
/// <param name="In">What it is in.</param>
public sealed record BmcComponentRow(
    string Id, string Kind, string Uri, string? State, string? Health, string? DetectorState, string? Serial, string? Part, string? Model, string? Firmware, string? Slot, string? Uuid, string? In);

/// <summary>An entry of a firmware inventory.</summary>
/// <param name="Id">Redfish's Id.</param>
/// <param name="Version">Version.</param>
/// <param name="Component">What it belongs to.</param>
public sealed record BmcFirmwareRow(string Id, string? Version, string? Component);

/// <summary>A port.</summary>
/// <param name="Component">What it is of.</param>
/// <param name="Id">Redfish's Id.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="LinkStatus">Redfish's LinkStatus.</param>
/// <param name="SpeedGbps">Current speed, Gbit/s.</param>
/// <param name="Peer">The other end as the BMC names it.</param>
public sealed record BmcPortRow(string Component, string Id, string Uri, string? Protocol, string? LinkStatus, double? SpeedGbps, string? Peer);

/// <summary>Something odd.</summary>
/// <param name="Uri">The resource.</param>
/// <param name="Property">The property, or empty.</param>
/// <param name="What">What is odd.</param>
public sealed record BmcQuirkRow(string Uri, string Property, string What);

/// <summary>A failure at the newest look.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Uri">The resource, or empty.</param>
/// <param name="Message">In words.</param>
public sealed record BmcErrorRow(string Kind, string Uri, string Message);

/// <summary>One GET that is sent again and again.</summary>
/// <param name="Uri">Path.</param>
/// <param name="Form">report, expanded or member.</param>
/// <param name="Class">leak, power, sensors or inventory: how urgent it is.</param>
/// <param name="PeriodSeconds">From read to read.</param>
/// <param name="Bytes">Bytes of its body when it was planned.</param>
/// <param name="Values">Values that it gave.</param>
public sealed record BmcReadRow(string Uri, string Form, string Class, int PeriodSeconds, int Bytes, int Values);
