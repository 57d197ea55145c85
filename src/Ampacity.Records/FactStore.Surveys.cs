namespace Ampacity.Records;

// What lies beside the facts: surveys, credentials, the audit trail. Small and rare, so by EF's queries, the audit's append apart.
public sealed partial class FactStore
{
    /// <summary>Keeps a survey; its id is given here.</summary>
    /// <exception cref="ArgumentException">It ends before it began, or is longer than <see cref="SurveyRow.JsonCharsMax"/>.</exception>
    public Task<SurveyRow> SaveSurveyAsync(SurveyRow survey, CancellationToken cancellationToken)
    {
        if (survey.EndedMs < survey.BeganMs)
        {
            throw new ArgumentException("a survey does not end before it began", nameof(survey));
        }

        if (survey.Json.Length > SurveyRow.JsonCharsMax)
        {
            throw new ArgumentException(
                $"a survey has up to {SurveyRow.JsonCharsMax} characters, not {survey.Json.Length}: survey fewer places at once", nameof(survey));
        }

        return SaveAsync(
            context =>
            {
                var row = survey with { Id = 0 };
                context.Add(row);
                context.SaveChanges();
                return row;
            },
            cancellationToken);
    }

    /// <summary>The survey that was saved last, or null.</summary>
    public Task<SurveyRow?> ReadLatestSurveyAsync(CancellationToken cancellationToken) =>
        QueryAsync(context => context.Surveys.OrderByDescending(row => row.Id).FirstOrDefault(), cancellationToken);

    /// <summary>A survey by id, or null.</summary>
    public Task<SurveyRow?> ReadSurveyAsync(long id, CancellationToken cancellationToken) =>
        QueryAsync(context => context.Surveys.FirstOrDefault(row => row.Id == id), cancellationToken);

    /// <summary>Surveys without what they saw, newest first.</summary>
    /// <param name="limit">How many at most, from 1.</param>
    /// <param name="beforeId">Only those older than this id; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<SurveyHeading>> ReadSurveysAsync(int limit, long beforeId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return QueryAsync<IReadOnlyList<SurveyHeading>>(
            context => context.Surveys.Where(row => row.Id < beforeId).OrderByDescending(row => row.Id).Take(limit)
                .Select(row => new SurveyHeading(row.Id, row.BeganMs, row.EndedMs, row.Author)).ToList(),
            cancellationToken);
    }

    /// <summary>Keeps a login, in place of one of the same name.</summary>
    public Task SaveCredentialAsync(CredentialRow credential, CancellationToken cancellationToken) =>
        SaveAsync(
            context =>
            {
                if (context.Credentials.Any(row => row.Name == credential.Name))
                {
                    context.Update(credential);
                }
                else
                {
                    context.Add(credential);
                }

                return context.SaveChanges();
            },
            cancellationToken);

    /// <summary>A login by name, or null.</summary>
    public Task<CredentialRow?> ReadCredentialAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(context => context.Credentials.FirstOrDefault(row => row.Name == name), cancellationToken);

    /// <summary>Forgets a login.</summary>
    /// <returns>False if none of that name is kept.</returns>
    public Task<bool> RemoveCredentialAsync(string name, CancellationToken cancellationToken) =>
        SaveAsync(
            context =>
            {
                if (context.Credentials.FirstOrDefault(row => row.Name == name) is not { } row)
                {
                    return false;
                }

                context.Remove(row);
                return context.SaveChanges() > 0;
            },
            cancellationToken);

    /// <summary>Every login, in order of name.</summary>
    public Task<IReadOnlyList<CredentialRow>> ReadCredentialsAsync(CancellationToken cancellationToken) =>
        QueryAsync<IReadOnlyList<CredentialRow>>(
            context => context.Credentials.OrderBy(row => row.Name).ToList(), cancellationToken);

    /// <summary>Keeps one act, stamped now. It is on the disk when the task completes.</summary>
    /// <remarks>By SQL: every write is audited, so EF's first save (0.4 s) would be paid by the first command of each process.</remarks>
    public Task<AuditRow> AppendAuditAsync(string who, string verb, string what, CancellationToken cancellationToken) =>
        WriteAsync(
            (connection, transaction) =>
            {
                var atMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
                var id = RecordSql.Number(
                    connection, transaction, "INSERT INTO audit (at_ms, who, verb, what) VALUES (@at, @who, @verb, @what) RETURNING id",
                    ("@at", atMs), ("@who", who), ("@verb", verb), ("@what", what));
                return new AuditRow(id!.Value, atMs, who, verb, what);
            },
            cancellationToken);

    /// <summary>Acts, newest first.</summary>
    /// <param name="limit">How many at most, from 1.</param>
    /// <param name="beforeId">Only those older than this id; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<AuditRow>> ReadAuditAsync(int limit, long beforeId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return QueryAsync<IReadOnlyList<AuditRow>>(
            context => context.Audit.Where(row => row.Id < beforeId).OrderByDescending(row => row.Id).Take(limit).ToList(),
            cancellationToken);
    }
}
