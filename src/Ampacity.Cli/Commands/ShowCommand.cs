using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>show</c>: one place with everything attached, and what is directly below it.</summary>
internal static class ShowCommand
{
    public static Command Make()
    {
        var path = new Argument<string>("path") { Description = "A place, such as site/hall/r01/01/05." };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command("show", "Show one place with everything attached.\n\nExample:  ampacity show site/hall/r01/01/05") { path, asOf, knownAt };
        command.SetAction((arguments, cancel) =>
        {
            var times = new QueryText().Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            return CommandRun.AskAsync<Page<PlaceRow>>(
                arguments, HttpMethod.Get, $"api/fleet/v1/places/{arguments.GetValue(path)!.Trim('/')}{times}", null, Print, cancel);
        });
        command.Subcommands.Add(ShowBindingsCommand.Make());
        command.Subcommands.Add(ShowBmcCommand.Make());
        return command;
    }

    private static void Print(Page<PlaceRow> page)
    {
        var row = page.Items[0];
        var attached = row.Attached;
        (string Name, string? Value)[] said =
        [
            ("path", row.Path), ("kind", row.SkuKind ?? row.Kind), ("key", row.Key), ("sku", row.Sku), ("asset", row.AssetId), ("serial", row.Serial),
            ("bmc mac", row.Mac), ("component", row.Component), ("state", Said(attached?.State)), ("operator", Said(attached?.Operator)), ("tenant", Said(attached?.Tenant)),
            ("owner", Said(attached?.Owner)), ("programme", row.Programme), ("tags", row.Tags is { } tags ? string.Join(", ", tags) : null),
            ("note", row.Note), ("height", row.Height), ("serves", row.BoundTo),
            ("position", row is { XMeters: { } x, YMeters: { } y } ? string.Create(CultureInfo.InvariantCulture, $"{x} m, {y} m") : null),
            ("fed by", row.Feeds is { } feeds ? string.Join(", ", feeds) : null), ("mode", row.Mode is { } mode ? Screen.Words(mode) : null),
            ("voltage", row.OutputVolts is { } volts ? string.Create(CultureInfo.InvariantCulture, $"{volts:0.#} V") : null),
            ("efficiency", row.Efficiency is { } efficiency ? efficiency.ToString("0.#%", CultureInfo.InvariantCulture) : null),
            ("stored", row.StoredJoules is { } joules ? string.Create(CultureInfo.InvariantCulture, $"{joules / 3.6e6:0.#} kWh") : null),
            ("domain", row.Domains is { } domains ? string.Join(", ", domains.Select(domain => domain.Domain)) : null),
            ("cooled by", row.Cdus is { } cdus ? string.Join(", ", cdus) : null),
            ("limit", row.LimitWatts is { } limit ? Screen.Power(limit) : null),
            ("capacity", row.CapacityWatts is { } capacity ? Screen.Power(capacity) : null),
            ("design draw", row.DesignWatts is { } design ? Screen.Power(design) : null),
            ("measured", row.DrawWatts is { } draw ? Screen.Power(draw) : null),
            ("size", row is { WidthMeters: { } wide, DepthMeters: { } deep } ? string.Create(CultureInfo.InvariantCulture, $"{wide:0.###} m x {deep:0.###} m") : null),
            ("rating", row.RatingWatts is { } rating ? Screen.Power(rating) : null),
            ("loop", row.Loop),
            ("coolant", row is { SupplyCelsius: { } supply, ReturnCelsius: { } back } ? string.Create(CultureInfo.InvariantCulture, $"{supply:0.#} to {back:0.#} °C") : null),
            ("flow", row.FlowLitersPerMinute is { } flow ? string.Create(CultureInfo.InvariantCulture, $"{flow:0.#} L/min") : null),
            ("liquid", row.LiquidShare is { } liquid ? liquid.ToString("0.#%", CultureInfo.InvariantCulture) : null),
            ("links", row.Links is { } links ? string.Join(", ", links.Select(link => string.Create(CultureInfo.InvariantCulture, $"{link.Count} to {link.Peer}"))) : null),
            ("domain with", Several(attached?.DomainPeers)), ("sidecars", Several(attached?.Sidecars)),
            ("feeds", Several(attached?.Feeding)), ("cools", Several(attached?.Cooling)),
            ("hottest", row.TemperatureCelsius is { } celsius ? celsius.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : null),
        ];
        foreach (var (name, value) in said.Where(pair => pair.Value is not null))
        {
            Screen.Say($"{name,-12} {value}", indent: 13);
        }

        foreach (var tranche in row.Tranches ?? [])
        {
            Screen.Say($"{"tranche",-12} {tranche.Name}: {Screen.Power(tranche.Watts)}{Day("contracted", tranche.ContractedMs)}{Day("energised", tranche.EnergisedMs)}", indent: 13);
        }

        foreach (var asset in row.Kind is "Slot" or "Socket" ? attached?.Assets ?? [] : [])
        {
            string?[] known = [asset.Id, asset.Serial, asset.Mac, asset.Uuid, asset.Hostname, asset.AssetTag, asset.PartNumber, .. (asset.Firmware ?? new Dictionary<string, string>()).Select(one => $"{one.Key} {one.Value}")];
            Screen.Say($"{"in it",-12} {string.Join(", ", known.Where(text => text is not null))}", indent: 13);
        }

        if (attached is { Contents: { Racks: > 0 } contents } && row.Kind != "Rack")
        {
            Screen.Say($"{"holds",-12} {Screen.Count(contents.Racks)} racks, {Screen.Count(contents.Accelerators)} accelerators, design {Screen.Power(contents.DesignWatts)}");
        }

        if (page.Items.Count > 1)
        {
            Screen.Line();
            Screen.Fitted(
                [("below", 0, false), ("kind", 0, false), ("sku", 2, false), ("serial", 1, false), ("state", 3, false), ("now", 4, true), ("hottest", 5, true)],
                page.Items.Skip(1).Select(below => new[]
                {
                    below.Name, below.SkuKind ?? below.Kind, below.Sku ?? "", below.Serial ?? "", below.State ?? "–", Screen.Power(below.DrawWatts),
                    below.TemperatureCelsius is { } celsius ? celsius.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : "–",
                }));
        }
    }

    // A busway feeds hundreds of racks: `below` lists them.
    private static string? Several(IReadOnlyList<string>? paths) => paths is null ? null
        : paths.Count <= 6 ? string.Join(", ", paths) : $"{string.Join(", ", paths.Take(4))} and {Screen.Count(paths.Count - 4)} more";

    private static string Day(string what, long? atMs) => atMs is { } day ? $", {what} {Screen.Time(day)[..10]}" : "";

    private static string? Said(SaidRow? said) => said is null ? null : said.From is { } from ? $"{said.Name} (from {from})" : said.Name;
}
