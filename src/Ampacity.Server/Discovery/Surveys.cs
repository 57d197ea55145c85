using System.Collections.Immutable;
using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Server;

/// <summary>Surveys that were kept, and the picture that they make together, which drift and collection stand on. Any thread.</summary>
public sealed class Surveys(FactStore store) : IDisposable
{
    /// <summary>Surveys that make the picture: the newest look at an address is hardly ever behind fifty others (guessed).</summary>
    private const int Kept = 50;

    /// <summary>Walks that the collector made by itself: kept beside the others, so that a BMC that changes each hour pushes no sweep out.</summary>
    private const int KeptOfCollector = 200;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private ImmutableArray<Survey> _oldestFirst;

    /// <summary>Raised when a newer survey stands.</summary>
    public event Action? Changed;

    /// <summary>Keeps a survey.</summary>
    public async Task SaveAsync(Survey survey, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var before = await ReadAsync(cancellationToken);
            var text = await Task.Run(() => SurveyText.Write(survey), cancellationToken);
            await store.SaveSurveyAsync(
                new SurveyRow(0, survey.BeganAt.ToUnixTimeMilliseconds(), survey.EndedAt.ToUnixTimeMilliseconds(), survey.By, text), cancellationToken);
            _oldestFirst = Shelve(before, survey);
        }
        finally
        {
            _reading.Release();
        }

        Changed?.Invoke();
    }

    /// <summary>The newest survey, or null if none was ever made.</summary>
    public async Task<Survey?> LatestAsync(CancellationToken cancellationToken) => (await AllAsync(cancellationToken)).LastOrDefault();

    /// <summary>What all kept surveys show together, or null if none was ever made; see <see cref="HardwarePicture.Lay"/>.</summary>
    public async Task<Survey?> PictureAsync(bool keepSilent, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        return all.IsEmpty ? null : HardwarePicture.Lay(all, keepSilent);
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    /// <summary>Every kept survey, oldest first; empty if none was ever made. The same array until a newer one stands.</summary>
    public async Task<ImmutableArray<Survey>> AllAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<ImmutableArray<Survey>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_oldestFirst.IsDefault)
        {
            return _oldestFirst;
        }

        var read = ImmutableArray<Survey>.Empty;
        foreach (var heading in Newest(await store.ReadSurveysAsync(4 * (Kept + KeptOfCollector), long.MaxValue, cancellationToken), heading => heading.Author).OrderBy(heading => heading.Id))
        {
            if (await store.ReadSurveyAsync(heading.Id, cancellationToken) is { } row)
            {
                read = Shelve(read, SurveyText.Read(row.Json));
            }
        }

        return _oldestFirst = read;
    }

    // Hardware hardly ever changes from look to look: what is equal is one object in all of them, and of an older look at an address only what
    // drift is dated by stays. Fifty surveys of a large site are then little more than one.
    private static ImmutableArray<Survey> Shelve(ImmutableArray<Survey> older, Survey newest)
    {
        var before = new Dictionary<string, SurveyedBmc>(StringComparer.Ordinal);
        foreach (var bmc in older.SelectMany(survey => survey.Bmcs))
        {
            before[bmc.Address] = bmc;
        }

        // A look that told no MAC, such as one with a wrong password, takes nothing away from what is read.
        var looked = newest.Bmcs.Where(bmc => bmc.Mac is not null).Select(bmc => bmc.Address).ToHashSet(StringComparer.Ordinal);
        var shared = newest with
        {
            Bmcs = [.. newest.Bmcs.Select(bmc => before.TryGetValue(bmc.Address, out var last) ? bmc with
            {
                Components = Same(last.Components, bmc.Components),
                Ports = Same(last.Ports, bmc.Ports),
                Firmware = Same(last.Firmware, bmc.Firmware),
            } : bmc)],
        };
        return
        [
            .. Newest(older.Reverse().Prepend(newest), survey => survey.By).Skip(1).Reverse().Select(survey => survey with
            {
                Bmcs = [.. survey.Bmcs.Select(bmc => looked.Contains(bmc.Address) && bmc.ReadPlan.Count + bmc.Quirks.Count + bmc.ReportUris.Count > 0
                    ? bmc with { ReadPlan = [], Quirks = [], ReportUris = [] } : bmc)],
            }),
            shared,
        ];
    }

    // Newest first, those that are kept.
    private static List<T> Newest<T>(IEnumerable<T> newestFirst, Func<T, string> author)
    {
        var (sweeps, walks) = (0, 0);
        return newestFirst.Where(one => author(one) == BmcRewalks.Author ? ++walks <= KeptOfCollector : ++sweeps <= Kept).ToList();
    }

    private static IReadOnlyList<T> Same<T>(IReadOnlyList<T> before, IReadOnlyList<T> now) => before.SequenceEqual(now) ? before : now;
}
