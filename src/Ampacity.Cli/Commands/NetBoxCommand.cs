using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>import netbox</c>: a NetBox instance, or an export of one, into the inventory.</summary>
internal static class NetBoxCommand
{
    private static readonly Argument<string> Source = new("source") { Description = "Address of NetBox's start page, or an export (JSON)." };
    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = $"File with NetBox's API token, - for standard input; left out, {NetBoxDownload.TokenVariable} of the environment.",
        HelpName = "file",
    };

    private static readonly Option<string?> Authorities = new("--ca-file") { Description = "Certificates (PEM) that may have issued NetBox's, instead of the machine's.", HelpName = "file" };
    private static readonly Option<bool> PlainHttp = new("--allow-http") { Description = "Let the token go over http to another machine." };
    private static readonly Option<string?> Instance = new("--instance") { Description = "Name of the instance, where it is not to be the one that NetBox gives itself.", HelpName = "name" };
    private static readonly Option<string?> Save = new("--save") { Description = "Keep what was read as an export.", HelpName = "file" };
    private static readonly Option<string?> Write = new("--write") { Description = "Write fleet files and SKU files into this folder instead of changing anything.", HelpName = "folder" };
    private static readonly Option<string?> Report = new("--report") { Description = "File for the report of what was left out.", HelpName = "file" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept with the change set." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what would change; exit code 1 if anything would." };
    private static readonly Option<bool> RemoveSites = new("--remove-sites") { Description = "Remove sites that an earlier import made and NetBox no longer names." };
    private static readonly Option<bool> AcceptMissing = new("--accept-missing") { Description = "Remove what came from lists that cannot be read any more." };

    public static Command Make()
    {
        var command = new Command(
            "netbox",
            "Import sites, locations, racks, devices, power panels, feeds, cables and tenants of a NetBox in one transaction.\n"
            + "Again and again: what was renamed there is renamed here, what is gone there goes if an import made it.\n\n"
            + "Example:  ampacity import netbox https://netbox.example.com/ --token-file token.txt --report report.txt\n"
            + "          ampacity import netbox export.json --dry-run")
        {
            Source, TokenFile, Authorities, PlainHttp, Instance, DryRun, ChangeRun.Yes, Reason, Report, Write, Save, RemoveSites, AcceptMissing,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        if (arguments.GetValue(Write) is { } folder && (File.Exists(folder) || folder.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)))
        {
            throw new RefusedException($"--write {folder}: each site is a file of its own, so name a folder; it is made if it is not there.", null);
        }

        using var report = ImportReport.Open(arguments.GetValue(Report));
        await using var export = await NetBoxSource.OpenAsync(
            arguments.GetValue(Source)!, arguments.GetValue(TokenFile), arguments.GetValue(Authorities), arguments.GetValue(PlainHttp), arguments.GetValue(Save), cancel);
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate: true);
        return arguments.GetValue(Write) is { } target
            ? await WriteAsync(arguments, server, export, target, report, cancel)
            : await ImportAsync(arguments, server, export, report, cancel);
    }

    private static async Task<int> ImportAsync(
        ParseResult arguments, ServerAccess server, NetBoxSource export, StreamWriter? report, CancellationToken cancel)
    {
        var dryRun = arguments.GetValue(DryRun);
        string? revision = null;
        if (!dryRun && !arguments.GetValue(ChangeRun.Yes) && !arguments.WantsJson() && Screen.IsTerminal && !Console.IsInputRedirected)
        {
            var (plan, _) = await SendAsync(arguments, server, export, true, null, cancel);
            NetBoxScreen.Print(plan, arguments.GetValue(Report));
            if (plan.Change.Added + plan.Change.Changed + plan.Change.Removed == 0)
            {
                NetBoxScreen.Write(report, plan.Source, plan.Counts, plan.Report);
                return CommandRun.Done;
            }

            Console.Error.Write("Record this? [y/N] ");
            if (Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
            {
                Screen.Note("Nothing was recorded.");
                return CommandRun.Refused;
            }

            revision = plan.Change.BasedOn;
        }

        var (answer, json) = await SendAsync(arguments, server, export, dryRun, revision, cancel);
        NetBoxScreen.Write(report, answer.Source, answer.Counts, answer.Report);
        if (arguments.WantsJson())
        {
            Screen.Json(json);
        }
        else if (revision is not null)
        {
            Screen.Line($"Recorded as {answer.Change.ChangeSet}.");
        }
        else
        {
            NetBoxScreen.Print(answer, arguments.GetValue(Report));
        }

        return dryRun && answer.Change.Added + answer.Change.Changed + answer.Change.Removed > 0 ? CommandRun.Refused : CommandRun.Done;
    }

    private static async Task<(NetBoxAnswer Answer, JsonElement Json)> SendAsync(
        ParseResult arguments, ServerAccess server, NetBoxSource export, bool dryRun, string? revision, CancellationToken cancel)
    {
        var query = new QueryText().Add("author", ChangeRun.Author).Add("name", export.Name).Add("reason", arguments.GetValue(Reason))
            .Add("instance", arguments.GetValue(Instance)).Add("dryRun", dryRun ? "true" : null)
            .Add("removeSites", arguments.GetValue(RemoveSites) ? "true" : null).Add("acceptMissing", arguments.GetValue(AcceptMissing) ? "true" : null);
        var json = await UploadAsync(server, $"api/fleet/v1/imports/netbox{query}", export, revision, cancel);
        return (json.Deserialize<NetBoxAnswer>(RestJson.Options)!, json);
    }

    private static async Task<JsonElement> UploadAsync(ServerAccess server, string path, NetBoxSource export, string? revision, CancellationToken cancel)
    {
        if (export.File.Length > NetBoxDownload.ExportBytesMax)
        {
            throw new RefusedException($"{export.Name}: {export.File.Length >> 20} MiB, and a server takes {NetBoxDownload.ExportBytesMax >> 20}; import an export of fewer sites: the others are left alone.", null);
        }

        export.File.Position = 0;
        using var content = new UploadContent(export.File, UploadProgress.Show());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await server.UploadAsync(path, content, revision, cancel);
    }

    private static async Task<int> WriteAsync(
        ParseResult arguments, ServerAccess server, NetBoxSource export, string folder, StreamWriter? report, CancellationToken cancel)
    {
        var query = new QueryText().Add("name", export.Name).Add("instance", arguments.GetValue(Instance));
        await using var withNames = await NetBoxFolder.WithNamesAsync(folder, export, cancel);
        var json = await UploadAsync(server, $"api/fleet/v1/imports/netbox/files{query}", withNames ?? export, null, cancel);
        var answer = json.Deserialize<NetBoxFilesAnswer>(RestJson.Options)!;
        await NetBoxFolder.WriteAsync(folder, answer, cancel);
        NetBoxScreen.Write(report, export.Name, answer.Counts, answer.Report);
        if (arguments.WantsJson())
        {
            Screen.Json(json);
            return CommandRun.Done;
        }

        NetBoxScreen.Report(answer.Counts, answer.Report, arguments.GetValue(Report));
        Screen.Line($"Wrote {answer.Files.Count} files into {folder}. Nothing was recorded.");
        var skus = answer.Files.Any(file => file.Name.StartsWith("skus/", StringComparison.Ordinal));
        Screen.Line($"Next:  {(skus ? $"ampacity import skus {Path.Combine(folder, "skus")} && " : "")}ampacity apply {Path.Combine(folder, "*.yaml")}");
        return CommandRun.Done;
    }
}
