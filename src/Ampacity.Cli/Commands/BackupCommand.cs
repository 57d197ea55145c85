using System.CommandLine;
using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>backup</c> and <c>restore</c>: inventory, journal and keys as one file.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The backup, a tar file." };

    public static Command Make()
    {
        var command = new Command(
            "backup",
            "Copy inventory, sample journal, keys and imported SKUs into one file, while the server goes on. Whoever has the file has what "
                + "opens stored passwords: keep it safe.\n\nExample:  ampacity backup 2026-11-24.tar")
        {
            File,
        };
        command.SetAction(BackupAsync);
        return command;
    }

    public static Command MakeRestore()
    {
        var command = new Command(
            "restore",
            "Bring a backup back into a data folder that is new or empty. All of it, or nothing.\n\nExample:  ampacity restore 2026-11-24.tar --data ampacity-data")
        {
            File,
        };
        command.TakesNot(CommonOptions.Url, CommonOptions.Json);
        command.SetAction(RestoreAsync);
        return command;
    }

    private static async Task<int> BackupAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var target = arguments.GetValue(File)!;
        if (Path.Exists(target))
        {
            throw new RefusedException($"{target} is there already: a backup overwrites nothing. Name another file.", null);
        }

        await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancellationToken);
        var partial = target + ".partial";
        var output = Create(partial);
        try
        {
            long bytes;
            await using (output)
            {
                await server.DownloadAsync("/api/fleet/v1/backup", output, cancellationToken);
                output.Flush(flushToDisk: true);
                bytes = output.Length;
            }

            System.IO.File.Move(partial, target);
            Screen.Note(string.Create(CultureInfo.InvariantCulture, $"Wrote {target}, {bytes / 1e6:0.0} MB."));
            return CommandRun.Done;
        }
        finally
        {
            System.IO.File.Delete(partial);
        }
    }

    private static async Task<int> RestoreAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var source = arguments.GetValue(File)!;
        var folder = arguments.GetValue(CommonOptions.Data) ?? new ServerSettings().DataFolder;
        try
        {
            await using var backup = System.IO.File.OpenRead(source);
            var (createdMs, files) = await BackupRestore.RunAsync(backup, folder, cancellationToken);
            var made = DateTimeOffset.FromUnixTimeMilliseconds(createdMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            Screen.Note($"Restored {files} files of {made} into {folder}. Start with: ampacity serve --data {folder}");
            return CommandRun.Done;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{source} cannot be read: {error.Message}", null);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path} cannot be written: {error.Message}", null);
        }
    }
}
