using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// What a sweep under way has seen so far, a line an address, so that a process that ends leaves it behind: the next sweep can go on where it
/// ended. One file; gone when the survey is kept.
/// </summary>
/// <remarks>Appending is for any thread. A line reaches the operating system before it is counted; a power loss may cost the last ones.</remarks>
internal sealed class SweepJournal : IDisposable
{
    private const string FileName = "sweep.ndjson";

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly string _path;

    private SweepJournal(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Begins a journal in place of what is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static SweepJournal Begin(string folder, SweepHeading heading)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var journal = new SweepJournal(path, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16));
        journal.Write(heading);
        return journal;
    }

    /// <summary>What an unfinished sweep left, or null. A last line that is torn is left out.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static UnfinishedSweep? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        SweepHeading? heading = null;
        var lines = new List<SweepLine>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                if (heading is null)
                {
                    heading = JsonSerializer.Deserialize<SweepHeading>(line, RestJson.Options);
                }
                else if (JsonSerializer.Deserialize<SweepLine>(line, RestJson.Options) is { } read)
                {
                    lines.Add(read);
                }
            }
            catch (JsonException)
            {
                // Torn as the process ended; what it would have said is looked at again.
                break;
            }
        }

        return heading is null ? null : new UnfinishedSweep(heading, lines, File.GetLastWriteTimeUtc(path));
    }

    /// <summary>Forgets it.</summary>
    public static void Forget(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>Keeps a look.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(SurveyTarget target, SurveyedBmc? bmc, IReadOnlyList<SurveyError> errors) => Write(new SweepLine(target.Address, bmc, errors));

    /// <summary>The survey is kept: the journal goes.</summary>
    public void Finish()
    {
        Dispose();
        File.Delete(_path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private void Write<T>(T line)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(line, RestJson.Options);
        lock (_gate)
        {
            _file.Write(text);
            _file.WriteByte((byte)'\n');
            _file.Flush();
        }
    }
}

/// <summary>What a sweep was asked.</summary>
/// <param name="By">Who looks.</param>
/// <param name="BeganMs">When it began, UTC milliseconds.</param>
/// <param name="TrustOnFirstUse">Whether new certificates are trusted.</param>
/// <param name="Targets">All targets.</param>
internal sealed record SweepHeading(string By, long BeganMs, bool TrustOnFirstUse, IReadOnlyList<SurveyTarget> Targets);

/// <summary>One address as it was seen.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Bmc">The BMC; null where there was none.</param>
/// <param name="Errors">What went wrong.</param>
internal sealed record SweepLine(string Address, SurveyedBmc? Bmc, IReadOnlyList<SurveyError> Errors);

/// <summary>A sweep that ended before it was done.</summary>
/// <param name="Heading">What it was asked.</param>
/// <param name="Lines">What it saw.</param>
/// <param name="LastAt">When it saw the last of it.</param>
internal sealed record UnfinishedSweep(SweepHeading Heading, IReadOnlyList<SweepLine> Lines, DateTime LastAt)
{
    /// <summary>What it did not get to.</summary>
    public IReadOnlyList<SurveyTarget> Left
    {
        get
        {
            var seen = Lines.Select(line => line.Address).ToHashSet(StringComparer.Ordinal);
            return [.. Heading.Targets.Where(target => !seen.Contains(target.Address))];
        }
    }

    /// <summary>What it saw as a survey of its own: its end is the last look.</summary>
    public Survey ToSurvey()
    {
        var began = DateTimeOffset.FromUnixTimeMilliseconds(Heading.BeganMs);
        var ended = new DateTimeOffset(LastAt, TimeSpan.Zero);
        return new Survey(
            Heading.By, began, ended < began ? began : ended, Lines.Count,
            [.. Lines.Select(line => line.Bmc).OfType<SurveyedBmc>()], [.. Lines.SelectMany(line => line.Errors)]);
    }
}
