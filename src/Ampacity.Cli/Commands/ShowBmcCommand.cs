using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>show bmc</c>: one BMC as the newest look saw it, and what reading it costs.</summary>
internal static class ShowBmcCommand
{
    public static Command Make()
    {
        var which = new Argument<string>("which") { Description = "A MAC, an address with or without a port, or a place." };
        var command = new Command("bmc", "Show one BMC: what it is, what is in it, what is odd, and what reading it costs.\n\nExample:  ampacity show bmc 02:00:00:01:01:05") { which };
        command.SetAction((arguments, cancel) => CommandRun.AskAsync<BmcAnswer>(
            arguments, HttpMethod.Get, $"api/fleet/v1/bmcs/{Uri.EscapeDataString(arguments.GetValue(which)!)}", null, Print, cancel));
        return command;
    }

    private static void Print(BmcAnswer bmc)
    {
        (string Name, string? Value)[] said =
        [
            ("address", bmc.Address), ("place", bmc.Place ?? "undeclared"), ("seen", Screen.Time(bmc.SeenMs)), ("mac", bmc.Mac ?? "–"), ("kind", Screen.Words(bmc.Kind)),
            ("vendor", bmc.Vendor), ("product", bmc.Product), ("redfish", bmc.RedfishVersion), ("profile", bmc.Profile),
            ("serial", Said(bmc.Serial)), ("part", Said(bmc.PartNumber)), ("model", Said(bmc.Model)),
            ("position", bmc.Position is { } at ? $"{Joined(at.Rack is null ? null : $"rack {at.Rack}", Number("unit", at.Offset), Number("slot", at.Slot))} ({at.Source})" : null),
            ("certificate", bmc.CertificateSha256 is { } pin ? $"pinned, SHA-256 {pin}" : null), ("read", bmc.Plan.Says), ("reports", Way(bmc.Reading?.Reports)), ("alerts", Way(bmc.Reading?.Alerts)), ("last read", Reading(bmc.Reading)),
        ];
        foreach (var (name, value) in said.Where(pair => pair.Value is not null))
        {
            Screen.Say($"{name,-12} {value}", indent: 13);
        }

        Table("Components", [("component", 0, false), ("kind", 0, false), ("state", 1, false), ("health", 2, false), ("serial", 3, false), ("part", 5, false), ("model", 4, false), ("firmware", 6, false)],
            bmc.Components.Select(one => new[] { one.Id, Screen.Words(one.Kind), one.DetectorState ?? one.State ?? "–", one.Health ?? "–", one.Serial ?? "–", one.Part ?? "–", one.Model ?? "–", one.Firmware ?? "–" }));
        Table("Firmware", [("firmware", 0, false), ("version", 0, false), ("component", 1, false)], bmc.Firmware.Select(one => new[] { one.Id, one.Version ?? "–", one.Component ?? "–" }));
        Table("Ports", [("port", 0, false), ("protocol", 2, false), ("link", 0, false), ("gbit/s", 1, true), ("peer", 0, false)],
            bmc.Ports.Select(port => new[] { $"{port.Component}/{port.Id}", port.Protocol ?? "–", port.LinkStatus ?? "–", port.SpeedGbps?.ToString("0.#", CultureInfo.InvariantCulture) ?? "–", port.Peer ?? "–" }));
        Table("Read plan", [("read", 0, false), ("form", 2, false), ("class", 1, false), ("every", 0, true), ("bytes", 1, true), ("values", 2, true)], bmc.Plan.Reads.Select(read => new[]
        {
            read.Uri, read.Form, read.Class, string.Create(CultureInfo.InvariantCulture, $"{read.PeriodSeconds} s"), Screen.Count(read.Bytes), Screen.Count(read.Values),
        }));
        foreach (var group in bmc.Quirks.GroupBy(quirk => quirk.What))
        {
            Screen.Say($"odd: {group.Key} ({Screen.Count(group.Count())} x, first {group.First().Uri}{(group.First().Property.Length > 0 ? "#" + group.First().Property : "")})");
        }

        foreach (var error in bmc.Errors)
        {
            Screen.Say($"error: {error.Kind} {error.Uri} {error.Message}");
        }
    }

    private static string? Way(BmcWayRow? way) =>
        way is null ? null : $"{(way.Way == "poll" ? "polled" : way.Way == "stream" ? "streamed" : "pushed")} since {Screen.Time(way.SinceMs)}{(way.Why is null ? "" : $": {way.Why}")}";

    private static string? Reading(BmcReading? reading) => reading is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{(reading.ReadMs is { } at ? Screen.Time(at) : "never")}, {Screen.Count(reading.Reads)} bodies, {Screen.Count(reading.Series)} series{(reading.Error is null ? "" : $"; {reading.FailuresInRow} failures: {reading.Error}")}");

    private static void Table(string title, IReadOnlyList<(string, int, bool)> columns, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length > 0)
        {
            Screen.Line();
            Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{title} ({all.Length})"));
            Screen.Fitted(columns, all);
        }
    }

    private static string? Said(BmcValueRow? value) => value is null ? null : $"{value.Value}  ({value.Source})";

    private static string? Number(string what, int? number) => number is { } n ? string.Create(CultureInfo.InvariantCulture, $"{what} {n}") : null;

    private static string Joined(params IEnumerable<string?> parts) => string.Join(", ", parts.OfType<string>());
}
