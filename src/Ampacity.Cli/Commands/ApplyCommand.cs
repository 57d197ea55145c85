using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>diff</c> and <c>apply</c>: what fleet files change, and changing it.</summary>
internal static class ApplyCommand
{
    /// <summary>Lines that apply shows: enough to see what kind of change it was. diff shows all.</summary>
    private const int AppliedLines = 10;

    public static Command MakeDiff()
    {
        var files = Files();
        var command = new Command("diff", "Show what fleet files would change.\n\nExample:  ampacity diff examples/one-rack.yaml") { files };
        command.SetAction((arguments, cancel) => RunAsync(arguments, arguments.GetValue(files)!, cancel));
        return command;
    }

    public static Command MakeApply()
    {
        var files = Files();
        var reason = new Option<string>("--reason") { Description = "Why; kept with the change set.", DefaultValueFactory = _ => "" };
        var command = new Command(
            "apply", "Make the inventory what fleet files declare, in one transaction.\n\nExample:  ampacity apply examples/one-rack.yaml")
        {
            files, reason, ChangeRun.Yes,
        };
        command.SetAction((arguments, cancel) =>
        {
            // Read once, and before anything is opened or made: what was shown is what is sent.
            var texts = Texts(arguments.GetValue(files)!);
            return ChangeRun.RunAsync(
                arguments, "api/fleet/v1/changes", dryRun => new ApplyRequest(texts, ChangeRun.Author, arguments.GetValue(reason)!, dryRun), cancel, mayCreate: true);
        });
        return command;
    }

    private static Argument<string[]> Files() => new("file")
    {
        Description = "Fleet files (YAML), or folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static Task<int> RunAsync(ParseResult arguments, string[] paths, CancellationToken cancel) => CommandRun.AskAsync<ChangeReport>(
        arguments, HttpMethod.Post, "api/fleet/v1/changes", new ApplyRequest(Texts(paths), ChangeRun.Author, "", DryRun: true), Print, cancel, ExitCode);

    private static FileText[] Texts(string[] paths) => [.. paths.SelectMany(Expand).Select(path => new FileText(path, TextFile.Read(path)))];

    // A diff that finds something says so by its code, as diff(1) does.
    private static int ExitCode(ChangeReport report) => report.DryRun && report.Changes.Count > 0 ? CommandRun.Refused : CommandRun.Done;

    internal static void Print(ChangeReport report)
    {
        if (report.Added + report.Changed + report.Removed == 0)
        {
            Screen.Line("No difference.");
            return;
        }

        foreach (var change in report.DryRun ? report.Changes : report.Changes.Take(AppliedLines))
        {
            var sign = change.Verb switch { "add" => '+', "remove" => '-', _ => '~' };
            var value = change.Verb == "change" ? $"{change.Before} -> {change.After}" : change.After ?? change.Before;
            Screen.Say($"{sign} {change.What}  {change.Aspect}: {value}", indent: 4, colour: sign switch { '+' => "green", '-' => "red", _ => "yellow" });
        }

        if (!report.DryRun && report.Changes.Count > AppliedLines)
        {
            Screen.Line($"  … {report.Changes.Count - AppliedLines} more");
        }
        else if (report.Unlisted > 0)
        {
            Screen.Line($"  … and {report.Unlisted} more");
        }

        foreach (var sku in report.Skus)
        {
            Screen.Say($"{sku.Sku}: {sku.Come} racks come (+{Screen.Power(sku.AddedDesignWatts)}), {sku.Gone} go (-{Screen.Power(sku.RemovedDesignWatts)})");
        }

        Screen.Say($"{report.Added} added, {report.Changed} changed, {report.Removed} removed"
            + (report.AddedDesignWatts == 0 && report.RemovedDesignWatts == 0 ? "."
                : $"; design draw at rack input +{Screen.Power(report.AddedDesignWatts)}, -{Screen.Power(report.RemovedDesignWatts)}."));
        Screen.Line(report.DryRun ? "Nothing was recorded: this was a diff." : $"Recorded as {report.ChangeSet}.");
    }

    private static string[] Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be listed: {error.Message}", null);
        }

        return files.Length > 0 ? files : throw new RefusedException($"{path}: no fleet file (*.yaml) is in this folder or below it", null);
    }
}
