using System.CommandLine;

namespace Ampacity.Cli;

/// <summary><c>export</c>: the inventory as files that an import reads back as no change.</summary>
internal static class ExportCommand
{
    public static Command Make()
    {
        var place = new Argument<string?>("place") { Description = "What to export: a site, hall, row or rack; the whole fleet if left out.", Arity = ArgumentArity.ZeroOrOne };
        var csv = new Option<string>("--csv") { Description = "Instead of a fleet file, rows of racks, assets, placements or feeds.", HelpName = "kind" };
        csv.AcceptOnlyFromAmong("racks", "assets", "placements", "feeds");
        var output = new Option<string?>("--output", "-o") { Description = "File to write; standard output if left out.", HelpName = "file" };
        var asOf = new Option<string?>("--as-of") { Description = "As it was then: RFC 3339 or seconds since 1970.", HelpName = "time" };
        var command = new Command("export", "Write the inventory as a fleet file that `apply` reads back as no change, or as CSV.\n\nExample:  ampacity export site/hall > hall.yaml") { place, csv, output, asOf };
        command.SetAction(async (arguments, cancel) =>
        {
            var query = new QueryText().Add("under", arguments.GetValue(place)).Add("format", arguments.GetValue(csv) is null ? "yaml" : "csv").Add("kind", arguments.GetValue(csv)).Add("asOf", arguments.GetValue(asOf));
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            await server.DownloadAsync($"api/fleet/v1/export{query}", () => Open(arguments.GetValue(output)), cancel);
            return CommandRun.Done;
        });
        return command;
    }

    private static Stream Open(string? path)
    {
        try
        {
            return path is null ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Create, FileAccess.Write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be written: {error.Message}", null);
        }
    }
}
