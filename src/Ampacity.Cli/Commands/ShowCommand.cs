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
        var command = new Command("show", "Show one place with everything attached.\n\nExample:  ampacity show site/hall/r01/01/05") { path };
        command.SetAction((arguments, cancel) => CommandRun.AskAsync<Page<PlaceRow>>(
            arguments, HttpMethod.Get, $"api/fleet/v1/places/{arguments.GetValue(path)!.Trim('/')}", null, Print, cancel));
        return command;
    }

    private static void Print(Page<PlaceRow> page)
    {
        var row = page.Items[0];
        (string Name, string? Value)[] said =
        [
            ("path", row.Path), ("kind", row.SkuKind ?? row.Kind), ("key", row.Key), ("sku", row.Sku), ("asset", row.AssetId), ("serial", row.Serial),
            ("bmc mac", row.Mac), ("component", row.Component), ("operator", row.Operator), ("tenant", row.Tenant), ("programme", row.Programme),
            ("position", row is { XMeters: { } x, YMeters: { } y } ? string.Create(CultureInfo.InvariantCulture, $"{x} m, {y} m") : null),
            ("fed by", row.Feeds is { } feeds ? string.Join(", ", feeds) : null),
            ("cooled by", row.Cdus is { } cdus ? string.Join(", ", cdus) : null),
            ("limit", row.LimitWatts is { } limit ? Screen.Kilowatts(limit) : null),
            ("capacity", row.CapacityWatts is { } capacity ? Screen.Kilowatts(capacity) : null),
            ("design draw", row.DesignWatts is { } design ? Screen.Kilowatts(design) : null),
            ("measured", row.DrawWatts is { } draw ? Screen.Kilowatts(draw) : null),
            ("hottest", row.TemperatureCelsius is { } celsius ? celsius.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : null),
        ];
        foreach (var (name, value) in said.Where(pair => pair.Value is not null))
        {
            Screen.Line($"{name,-12} {value}");
        }

        if (page.Items.Count > 1)
        {
            Screen.Line();
            Screen.Table(
                ["below", "kind", "sku", "serial", "now", "hottest"],
                page.Items.Skip(1).Select(below => new[]
                {
                    below.Name, below.SkuKind ?? below.Kind, below.Sku ?? "", below.Serial ?? "", Screen.Kilowatts(below.DrawWatts),
                    below.TemperatureCelsius is { } celsius ? celsius.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : "–",
                }),
                4, 5);
        }
    }
}
