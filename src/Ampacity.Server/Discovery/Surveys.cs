using System.Collections.Immutable;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Server;

/// <summary>Surveys that were kept, and the picture that they make together, which drift and collection stand on. Any thread.</summary>
public sealed class Surveys(FactStore store) : IDisposable
{
    /// <summary>Surveys that make the picture: the newest look at an address is hardly ever behind fifty others (guessed).</summary>
    private const int Kept = 50;

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
            var json = JsonSerializer.Serialize(survey, RestJson.Options);
            await store.SaveSurveyAsync(
                new SurveyRow(0, survey.BeganAt.ToUnixTimeMilliseconds(), survey.EndedAt.ToUnixTimeMilliseconds(), survey.By, json), cancellationToken);
            _oldestFirst = [.. before.Add(survey).TakeLast(Kept)];
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

        var read = ImmutableArray.CreateBuilder<Survey>();
        foreach (var heading in (await store.ReadSurveysAsync(Kept, long.MaxValue, cancellationToken)).OrderBy(heading => heading.Id))
        {
            if (await store.ReadSurveyAsync(heading.Id, cancellationToken) is { } row)
            {
                read.Add(JsonSerializer.Deserialize<Survey>(row.Json, RestJson.Options)!);
            }
        }

        return _oldestFirst = read.DrainToImmutable();
    }
}
