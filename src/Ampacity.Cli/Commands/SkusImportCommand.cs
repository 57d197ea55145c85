using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>import skus</c>: SKU files of a site's own into the catalogue.</summary>
internal static class SkusImportCommand
{
    public static Command Make()
    {
        var path = new Argument<string[]>("path") { Description = "SKU files (YAML), or folders of them.", Arity = ArgumentArity.OneOrMore };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check them, and keep nothing." };
        var command = new Command(
            "skus", "Keep SKU files of your own in the server's data folder, all or none; fleet files can pin them at once.\n\nExample:  ampacity import skus skus/example/ax-8.yaml")
        {
            path, dryRun,
        };
        command.SetAction((arguments, cancel) => CommandRun.AskAsync<SkuImportAnswer>(
            arguments, HttpMethod.Post, "api/fleet/v1/imports/skus",
            new SkuImportRequest([.. arguments.GetValue(path)!.SelectMany(FilesOf.Expand).Select(file => new FileText(file.Name, FilesOf.Read(file.Path)))], ChangeRun.Author, arguments.GetValue(dryRun)),
            Print, cancel, mayCreate: true));
        return command;
    }

    private static void Print(SkuImportAnswer answer)
    {
        foreach (var sku in answer.Added)
        {
            Screen.Line($"+ {sku}");
        }

        Screen.Line($"{answer.Added.Count} new SKUs, {answer.Unchanged.Count} unchanged.{(answer.DryRun ? " Nothing was kept: this was a dry run." : "")}");
    }
}
