using System.Text.RegularExpressions;

namespace Ampacity.Scenarios;

/// <summary>What holds of every command: help with an example, exit codes, tables that fit a terminal and are plain when piped.</summary>
public sealed partial class CommandLineTests : IDisposable
{
    private const int Columns = 80;
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-command-line-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_has_help_with_an_example_and_refuses_a_flag_that_it_does_not_know()
    {
        var commands = new List<string[]>();
        await CollectAsync([], commands);
        Assert.True(commands.Count > 30, $"only {commands.Count} commands were found");
        foreach (var command in commands.Where(command => command.Length > 0))
        {
            var help = await AmpacityProcess.RunAsync(_folder, null, [.. command, "--help"]);
            Assert.True(help.ExitCode == 0, $"{string.Join(' ', command)} --help ended with {help.ExitCode}: {help.Errors}");
            Assert.True(help.Output.Contains("Example:  ampacity ", StringComparison.Ordinal), $"{string.Join(' ', command)} --help has no example");
            var unknown = await AmpacityProcess.RunAsync(_folder, null, [.. command, "--nope"]);
            Assert.True(unknown.ExitCode == 2, $"{string.Join(' ', command)} --nope ended with {unknown.ExitCode}: {unknown.Errors}");
            Assert.Contains("There is no --nope here", unknown.Errors);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_flag_that_is_nearly_right_is_told_and_what_stands_behind_two_dashes_is_no_flag()
    {
        Assert.Contains("did you mean --limit?", (await AmpacityProcess.RunAsync(_folder, null, "list", "--limti", "3")).Errors);
        var value = await AmpacityProcess.RunAsync(_folder, null, "list", "--sku", "--kind");
        Assert.Equal(2, value.ExitCode);
        var behind = await AmpacityProcess.RunAsync(_folder, null, "find", "--data", "d", "--", "--nope");
        Assert.Equal(1, behind.ExitCode);
        Assert.Contains("There is no folder d", behind.Errors);
    }

    [Fact]
    public async Task Tables_fit_a_narrow_terminal_in_bold_and_are_plain_and_whole_when_piped()
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/script"), "no script(1) to make a terminal with: install Debian's package bsdutils");
        var applied = await AmpacityProcess.RunAsync(_folder, null, "apply", Path.Combine(Checkout.Root, "examples", "hall-300.yaml"), "--data", "data");
        Assert.Equal(0, applied.ExitCode);
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        var url = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        string[] asked =
        [
            "tree example/h1/r01", "list example/h1/r01 --parts", "list --kind rack,busway", "show example/h1/r01/01", "show example/h1/ups-a", "count --by programme,sku",
            "count --by kind", "list --of assets", "list --of placements", "list --of skus --kind rack", "list --of programmes", "list --of organisations", "list --of cooling example/h1",
            "list --of fabric", "path example/h1/r03/07", "below example/h1/ups-a", "below example/h1/cdu-11", "find bw-01", "history example/h1/r01/01", "history",
            "elevation example/h1/r03/01", "whatif trip example/h1/ups-a --basis design", "set example/h1/r01/01 tenant=openai note=short",
            "query vector(1)*time()%7 --plot", $"query label_replace(vector(1),\"a_rather_long_label_name_to_cut\",\"{new string('b', 60)}\",\"\",\"\")", "query vector(time())or(-vector(9)) --from -2h --plot",
        ];
        foreach (var question in asked)
        {
            var terminal = await OnTerminalAsync($"{Quoted(question)} --url {url}{(question.StartsWith("set", StringComparison.Ordinal) ? " --yes" : "")}");
            var lines = Escapes().Replace(terminal, "").Replace("\r", "", StringComparison.Ordinal).Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= Columns, $"{question}: {line.Length} columns: {line}"));
            var piped = await AmpacityProcess.RunAsync(_folder, null, [.. question.Split(' '), "--url", url]);
            Assert.True(piped.ExitCode == 0, $"{question}: {piped.Errors}");
            Assert.DoesNotContain('\x1b', piped.Output + piped.Errors);
        }

        Assert.Contains("\x1b[1m", await OnTerminalAsync($"list example/h1 --kind rack --url {url}"));
    }

    [Fact]
    public async Task Output_that_the_disk_does_not_take_ends_with_1_and_the_reason()
    {
        Assert.SkipWhen(!File.Exists("/dev/full"), "no /dev/full on this machine");
        var applied = await AmpacityProcess.RunAsync(_folder, null, "apply", Path.Combine(Checkout.Root, "examples", "one-rack.yaml"), "--data", "data");
        Assert.Equal(0, applied.ExitCode);
        foreach (var command in new[] { "list", "list --json", "export", "export --csv racks" })
        {
            await using var run = AmpacityProcess.StartProgram("/bin/sh", _folder, ["-c", $"'{Checkout.Executable}' {command} --data data > /dev/full; echo code $?"]);
            var ended = await run.WaitForExitAsync();
            Assert.True(ended.Output.Contains("code 1", StringComparison.Ordinal), $"{command}: {ended.Output}{ended.Errors}");
            Assert.Contains("No space left", ended.Errors);
            Assert.DoesNotContain("   at ", ended.Errors);
        }
    }

    private static string Quoted(string words) => string.Join(' ', words.Split(' ').Select(word => $"'{word}'"));

    private async Task<string> OnTerminalAsync(string arguments)
    {
        var run = AmpacityProcess.StartProgram(
            "/usr/bin/script", _folder, ["-qec", $"stty cols {Columns} rows 50; TERM=xterm-256color '{Checkout.Executable}' {arguments}", "/dev/null"]);
        await using (run)
        {
            await run.WaitForExitAsync();
            return run.Output;
        }
    }

    private async Task CollectAsync(string[] command, List<string[]> commands)
    {
        commands.Add(command);
        var help = await AmpacityProcess.RunAsync(_folder, null, [.. command, "--help"]);
        var below = help.Output.Split("Commands:\n");
        if (below.Length == 2)
        {
            foreach (Match line in CommandLine().Matches(below[1].Split("\n\n")[0]))
            {
                await CollectAsync([.. command, line.Groups["name"].Value], commands);
            }
        }
    }

    [GeneratedRegex("^  (?<name>[a-z][a-z-]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])", RegexOptions.ExplicitCapture)]
    private static partial Regex Escapes();
}
