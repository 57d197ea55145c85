using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Server;

/// <summary>Surveys that were kept, and the newest one, which drift and collection stand on. Any thread.</summary>
public sealed class Surveys(FactStore store)
{
    private volatile Survey? _latest;

    /// <summary>Raised when a newer survey stands.</summary>
    public event Action? Changed;

    /// <summary>Keeps a survey.</summary>
    public async Task SaveAsync(Survey survey, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(survey, RestJson.Options);
        await store.SaveSurveyAsync(new SurveyRow(0, survey.BeganAt.ToUnixTimeMilliseconds(), survey.EndedAt.ToUnixTimeMilliseconds(), survey.By, json), cancellationToken);
        _latest = survey;
        Changed?.Invoke();
    }

    /// <summary>The newest survey, or null if none was ever made.</summary>
    public async Task<Survey?> LatestAsync(CancellationToken cancellationToken)
    {
        if (_latest is null && await store.ReadLatestSurveyAsync(cancellationToken) is { } row)
        {
            // One that was saved meanwhile is newer than what was read.
            Interlocked.CompareExchange(ref _latest, JsonSerializer.Deserialize<Survey>(row.Json, RestJson.Options), null);
        }

        return _latest;
    }
}
