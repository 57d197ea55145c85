using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>import csv</c>: racks, assets, placements and feeds from spreadsheets.</summary>
internal static class CsvImportCommand
{
    private static readonly string[] Kinds = ["racks", "assets", "placements", "feeds"];

    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "A CSV file: comma, semicolon or tab; UTF-8, or UTF-16 with a byte order mark." };
        var kind = new Option<string?>("--kind")
        {
            Description = "What its rows are: racks, assets, placements or feeds; left out, the file's name or first line says it.",
            HelpName = "kind",
        };
        kind.AcceptOnlyFromAmong(Kinds);
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change; exit code 1 if anything would." };
        var owner = new Option<string?>("--owner") { Description = "Subtree whose fleet file is to own the facts; left out, nobody's.", HelpName = "path" };
        var reason = new Option<string?>("--reason") { Description = "Why; kept with the change set." };
        var command = new Command(
            "csv", "Import a CSV file in one transaction; rows that are not there change nothing.\n\nExample:  ampacity import csv assets.csv --dry-run")
        {
            file, kind, dryRun, owner, reason,
        };
        command.SetAction((arguments, cancel) => RunAsync(
            arguments, arguments.GetValue(file)!, arguments.GetValue(kind), arguments.GetValue(dryRun), arguments.GetValue(owner), arguments.GetValue(reason), cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult arguments, string path, string? kind, bool dryRun, string? owner, string? reason, CancellationToken cancel)
    {
        await using var file = Open(path);
        var query = new QueryText().Add("kind", kind ?? KindOf(path, file)).Add("name", Path.GetFileName(path)).Add("author", ChangeRun.Author)
            .Add("reason", reason).Add("owner", owner).Add("dryRun", dryRun ? "true" : null);
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
        using var content = new UploadContent(file, UploadProgress.Show());
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var json = await server.UploadAsync($"api/fleet/v1/imports/csv{query}", content, null, cancel);
        var report = json.Deserialize<ChangeReport>(RestJson.Options)!;
        if (arguments.WantsJson())
        {
            Screen.Json(json);
        }
        else
        {
            ApplyCommand.Print(report);
        }

        return dryRun && report.Added + report.Changed + report.Removed > 0 ? CommandRun.Refused : CommandRun.Done;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read: {error.Message}", null);
        }
    }

    // Our own exports say in their first line what they hold; else the name may.
    private static string KindOf(string path, FileStream file)
    {
        var beginning = new byte[64];
        var read = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        file.Position = 0;
        var first = System.Text.Encoding.ASCII.GetString(beginning, 0, read);
        var name = Path.GetFileNameWithoutExtension(path).ToLowerInvariant();
        return Kinds.FirstOrDefault(kind => first.Contains($"# ampacity {kind} ", StringComparison.Ordinal))
            ?? Kinds.FirstOrDefault(name.Contains)
            ?? throw new RefusedException($"{path}: neither its name nor its first line says what its rows are; say --kind {string.Join('|', Kinds)}.", null);
    }
}
