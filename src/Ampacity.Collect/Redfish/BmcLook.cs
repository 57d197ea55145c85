using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>One look at one address: what was seen is kept however it ends.</summary>
internal sealed class BmcLook(SurveyTarget target, BmcSweepOptions options, PlatformProfiles profiles, TimeProvider time)
{
    private HardwareWalk? _walk;
    private bool _isBmc;
    private string? _certificate;

    /// <summary>What was seen, or null when it is no BMC or no profile fits it.</summary>
    public SurveyedBmc? Bmc => _isBmc && _walk is { } walk ? SurveyedHardware.Of(target.Address, walk) with { CertificateSha256 = _certificate } : null;

    public List<SurveyError> Errors { get; } = [];

    public async Task RunAsync(IBmcAccounts accounts, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(options.BmcBudget, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, budget.Token);

        // The walk goes on over the connection that the root came by, and it is closed with the look: BMCs have few.
        using var connections = new RedfishConnections(options.Client.ConnectTimeout);
        var asker = options.Share(options.Client with { Connections = connections }, target, null);
        try
        {
            var identity = await BmcIdentification.RunAsync(new Uri(target.Address), asker, profiles, time, both.Token);
            _certificate = identity.CertificateSha256;
            if (identity.Profile is null)
            {
                Fail(KindOf(identity), identity.Hints is null ? "" : "/redfish/v1", identity.Error);
                return;
            }

            await LookAsync(identity, asker, accounts, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(SurveyErrorKind.Timeout, "", $"not done within {options.BmcBudget.TotalSeconds:0.#} s; what was seen until then is kept");
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // One BMC must not cost the survey of all the others.
            Fail(SurveyErrorKind.BadAnswer, "", $"Bug: {bug.GetType().Name}: {bug.Message}; what was seen until then is kept");
        }

        foreach (var failure in _walk?.Failures ?? [])
        {
            Fail(KindOf(failure.Outcome), failure.Uri, failure.Error);
        }
    }

    private async Task LookAsync(BmcIdentity identity, RedfishClientOptions asker, IBmcAccounts accounts, CancellationToken cancellationToken)
    {
        // One request at a time, whatever the platform bears: a sweep is not in a hurry at any one BMC, and a poller may be at work there.
        var manners = identity.Profile!.Manners;
        asker = options.Share(asker, target, identity.Profile) with
        {
            MaxConcurrentRequests = 1,
            CloseConnections = manners.CloseConnections,
            BasicOnly = manners.Login == ProfileLogin.Basic,
            CertificateSha256 = asker.CertificateSha256 ?? identity.CertificateSha256,
        };
        var account = accounts.For(target, identity.Profile.Id);
        if (account is null)
        {
            Fail(SurveyErrorKind.Unauthorized, "", $"no account is kept for it (platform {identity.Profile.Id}): ampacity credentials set <user> --for platform:{identity.Profile.Id}");
        }

        await using var client = new RedfishClient(new Uri(target.Address), account, asker, time);
        _walk = new HardwareWalk(client, profiles, options.Walk, options.Plan);
        _isBmc = true;
        try
        {
            await _walk.RunAsync(identity.Root, cancellationToken);
        }
        finally
        {
            _certificate = client.SeenCertificateSha256;
        }
    }

    private void Fail(SurveyErrorKind kind, string uri, string message) => Errors.Add(new SurveyError(target.Address, kind, uri, message));

    private static SurveyErrorKind KindOf(BmcIdentity identity) =>
        identity.Root.IsRead ? (identity.Hints is null ? SurveyErrorKind.NotRedfish : SurveyErrorKind.NoProfile)
        : identity.Root.Outcome is RedfishOutcome.NotFound or RedfishOutcome.NotJson or RedfishOutcome.Redirected
            || (identity.Root.Outcome == RedfishOutcome.ServerFault && identity.Root.StatusCode < 500)
            ? SurveyErrorKind.NotRedfish
            : KindOf(identity.Root.Outcome);

    private static SurveyErrorKind KindOf(RedfishOutcome outcome) => outcome switch
    {
        RedfishOutcome.NobodyThere => SurveyErrorKind.NobodyThere,
        RedfishOutcome.Refused => SurveyErrorKind.Refused,
        RedfishOutcome.Timeout => SurveyErrorKind.Timeout,
        RedfishOutcome.TlsRefused => SurveyErrorKind.TlsRefused,
        RedfishOutcome.ConnectionLost => SurveyErrorKind.ConnectionLost,
        RedfishOutcome.Unauthorized => SurveyErrorKind.Unauthorized,
        RedfishOutcome.Busy => SurveyErrorKind.Busy,
        RedfishOutcome.ServerFault => SurveyErrorKind.ServerFault,
        _ => SurveyErrorKind.BadAnswer,
    };
}
