using System.CommandLine;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>import device-types</c>: NetBox's device-type library, or a part of it, becomes SKUs of the site's own.</summary>
internal static class DeviceTypesCommand
{
    /// <summary>Files, rules and SKUs that are shown on a screen before the report file has to say the rest.</summary>
    private const int ShownMax = 12;

    public static Command Make()
    {
        var path = new Argument<string[]>("path") { Description = "Files of the library (YAML), or folders of them.", Arity = ArgumentArity.OneOrMore };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would become of each file, and keep nothing." };
        var report = new Option<string?>("--report") { Description = "File for every remark on every file.", HelpName = "file" };
        var command = new Command(
            "device-types",
            "Make SKUs of NetBox device, module and rack types. They are kept in the server's data folder and can be pinned at once.\n"
            + "Exit code 1 if a file was refused.\n\nExample:  ampacity import device-types devicetype-library/device-types/Supermicro --report report.txt")
        {
            path, dryRun, report,
        };
        command.SetAction((arguments, cancel) => RunAsync(
            arguments, arguments.GetValue(path)!, arguments.GetValue(dryRun), arguments.GetValue(report), cancel));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, string[] paths, bool dryRun, string? report, CancellationToken cancel)
    {
        var files = paths.SelectMany(FilesOf.Expand).Select(file => new FileText(file.Name, FilesOf.Read(file.Path))).ToArray();
        if (files.Sum(file => (long)file.Text.Length) > DeviceTypeRequest.MaxBytes / 2)
        {
            throw new RefusedException($"{files.Length} files are over {DeviceTypeRequest.MaxBytes >> 21} MiB together: import the library vendor by vendor.", null);
        }

        using var output = ImportReport.Open(report);
        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel, mayCreate: true);
        var json = await server.SendAsync(
            HttpMethod.Post, "api/fleet/v1/imports/device-types", new DeviceTypeRequest(files, ChangeRun.Author, dryRun), cancel);
        var answer = json.Deserialize<DeviceTypeAnswer>(RestJson.Options)!;
        if (output is not null)
        {
            WriteReport(output, answer);
        }

        if (arguments.WantsJson())
        {
            Screen.Json(json);
        }
        else
        {
            Print(answer, report);
        }

        return answer.Refused > 0 ? CommandRun.Refused : CommandRun.Done;
    }

    private static void Print(DeviceTypeAnswer answer, string? report)
    {
        var added = answer.Files.Where(file => file.Outcome == "added").ToArray();
        if (added.Length > 0)
        {
            Screen.Fitted(
                [("SKU", 0, false), ("kind", 0, false), ("file", 1, false), ("because", 2, false)],
                added.Take(Screen.IsTerminal ? ShownMax : int.MaxValue).Select(file => (IReadOnlyList<string>)[file.Sku!, file.Kind!, file.File, file.KindReason!]));
            if (Screen.IsTerminal && added.Length > ShownMax)
            {
                Screen.Line($"… {added.Length - ShownMax} more; `ampacity import device-types … --json` and --report have them all");
            }

            Screen.Line();
        }

        var remarks = answer.Files.SelectMany(file => Remarks(file).Select(remark => (file.File, remark.What, remark.Row))).ToArray();
        foreach (var rule in remarks.GroupBy(remark => (remark.What, Name: remark.What == "note" ? remark.Row.Rule : LastKey(remark.Row.Path)))
            .OrderBy(group => group.Key.What, StringComparer.Ordinal).ThenByDescending(group => group.Count()))
        {
            var first = rule.First();
            Screen.Say(
                $"{rule.Key.What}: {rule.Key.Name}  {rule.Select(remark => remark.File).Distinct(StringComparer.Ordinal).Count()} files, first {first.File}:{first.Row.Line}"
                + (rule.Key.What == "note" ? $": {first.Row.Text}" : ""));
        }

        foreach (var error in answer.Files.SelectMany(file => file.Refusals ?? []).Take(Screen.IsTerminal ? ShownMax * 2 : int.MaxValue))
        {
            Screen.Say($"refused: {error.File}:{error.Line}: {error.Path}: {error.Hint} [{error.Rule}]");
        }

        Screen.Line($"{answer.Files.Count} files: {answer.Added} new SKUs, {answer.Unchanged} unchanged, {answer.Refused} refused, {remarks.Length} remarks."
            + (report is null && remarks.Length > 0 ? " --report writes each with its line." : ""));
        if (answer.DryRun)
        {
            Screen.Line("Nothing was kept: this was a dry run.");
        }
    }

    private static void WriteReport(TextWriter output, DeviceTypeAnswer answer)
    {
        foreach (var file in answer.Files)
        {
            output.WriteLine($"{file.File}: {file.Outcome}{(file.Sku is null ? "" : $" {file.Sku}, {file.Kind}: {file.KindReason}")}");
            foreach (var error in file.Refusals ?? [])
            {
                output.WriteLine($"  line {error.Line}: {error.Path}: {error.Hint} [{error.Rule}]");
            }

            foreach (var (what, row) in Remarks(file))
            {
                output.WriteLine($"  {what}: line {row.Line}: {row.Path}: {row.Text} [{row.Rule}]");
            }
        }
    }

    private static IEnumerable<(string What, DeviceTypeNoteRow Row)> Remarks(DeviceTypeRow file) =>
        (file.UnknownKeys ?? []).Select(row => ("unknown key", row))
            .Concat((file.LeftOut ?? []).Select(row => ("left out", row)))
            .Concat((file.Notes ?? []).Select(row => ("note", row)));

    // interfaces[3].poe_mode is one of many poe_modes.
    private static string LastKey(string path) => path[(path.LastIndexOf('.') + 1)..];
}
