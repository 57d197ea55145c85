using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>list</c>: places by what they have in common, as a table.</summary>
internal static class ListCommand
{
    private static readonly (string Name, string Help)[] Filters =
    [
        ("kind", "Kinds, such as rack, ups, slot, accelerator."),
        ("sku", "SKU revisions or products."),
        ("vendor", "Vendors: the part of the SKU before the slash."),
        ("state", "Lifecycle states, such as live or burnIn."),
        ("programme", "Programmes."),
        ("tenant", "Tenants, said by the place or by what holds it."),
        ("operator", "Operators."),
        ("owner", "Owners."),
        ("tag", "Tags."),
        ("name", "Names; * is any text; with a slash, paths."),
        ("feed", "Fed directly by these nodes: paths or names."),
        ("cdu", "Cooled directly by these nodes: paths or names."),
        ("part-number", "Of assets: part numbers."),
        ("identifier", "Of assets: a serial, MAC, UUID, host name or asset tag."),
    ];

    public static Command Make()
    {
        var path = new Argument<string?>("path") { Description = "Where to look; the whole fleet if left out.", Arity = ArgumentArity.ZeroOrOne };
        var filters = Filters.Select(filter => new Option<string?>("--" + filter.Name) { Description = filter.Help + " Several with commas: any.", HelpName = "values" }).ToArray();
        var of = new Option<string?>("--of") { Description = $"What to list instead of places; it takes the options that it knows: {string.Join(", ", ListedNouns.All.Keys)}.", HelpName = "noun" };
        of.AcceptOnlyFromAmong([.. ListedNouns.All.Keys]);
        var parts = new Option<bool>("--parts") { Description = "Go into racks: slots and sockets too." };
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 10,000.", DefaultValueFactory = _ => 1000 };
        limit.Within(1, 10_000);
        var after = new Option<string?>("--after") { Description = "Go on behind this path.", HelpName = "path" };
        var (asOf, knownAt) = TimeOptions.Make();
        var command = new Command(
            "list", "List places as a table, or with --of assets, SKUs, programmes …; of several options all must hold.\n\nExample:  ampacity list site/hall --kind rack --state live,draining")
        {
            path, of, parts, limit, after, asOf, knownAt,
        };
        foreach (var filter in filters)
        {
            command.Options.Add(filter);
        }

        command.SetAction((arguments, cancel) =>
        {
            var query = new QueryText().Add("under", arguments.GetValue(path));
            foreach (var filter in filters)
            {
                query.Add(filter.Name == "--part-number" ? "partNumber" : filter.Name[2..], arguments.GetValue(filter));
            }

            var noun = arguments.GetValue(of) is { } word ? ListedNouns.All[word] : null;
            query.Add("parts", arguments.GetValue(parts) ? "true" : null)
                .Add("limit", noun is { IsPaged: false } ? null : arguments.GetValue(limit).ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Add("after", arguments.GetValue(after)).Add("asOf", arguments.GetValue(asOf)).Add("knownAt", arguments.GetValue(knownAt));
            if (noun is not null)
            {
                return CommandRun.AskAsync<System.Text.Json.JsonElement>(
                    arguments, HttpMethod.Get, $"api/fleet/v1/{noun.Address}{query}", null, page => ListedNouns.Print(noun, page), cancel);
            }

            return CommandRun.AskAsync<Page<PlaceRow>>(arguments, HttpMethod.Get, $"api/fleet/v1/places{query}", null, Print, cancel);
        });
        return command;
    }

    private static void Print(Page<PlaceRow> page)
    {
        if (page.Items.Count == 0)
        {
            Screen.Note("Nothing like that is there.");
            return;
        }

        Screen.Fitted(
            [("path", 0, false), ("kind", 2, false), ("sku", 4, false), ("state", 3, false), ("design", 5, true), ("now", 6, true), ("serial", 7, false)],
            page.Items.Select(row => new[]
            {
                row.Path, row.SkuKind ?? row.Kind, row.Sku ?? "–", row.State ?? "–", Screen.Power(row.DesignWatts ?? row.LimitWatts ?? row.CapacityWatts),
                Screen.Power(row.DrawWatts), row.Serial ?? "–",
            }));
        if (page.Next is { } next)
        {
            Screen.Note($"More follows: --after {next}");
        }
    }
}
