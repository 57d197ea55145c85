using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>One look at one address: fills <see cref="Bmc"/> bit by bit, so that running out of time keeps what was seen.</summary>
internal sealed class BmcLook(SurveyTarget target, BmcSweepOptions options, PlatformProfiles profiles, TimeProvider time)
{
    private const string ReportCollection = "/redfish/v1/TelemetryService/MetricReports";
    private const int MaxComponents = 256;

    private readonly List<SurveyedComponent> _components = [];
    private readonly List<string> _reports = [];
    private SurveyedBmc? _bmc;
    private ResourceWalk? _walk;

    /// <summary>What was seen, or null when it is no BMC.</summary>
    public SurveyedBmc? Bmc => _bmc is null ? null : _bmc with
    {
        Components = [.. _components],
        ReportUris = [.. _reports],
        Quirks = _walk is null ? [] : [.. _walk.Quirks.Distinct().Select(quirk => new SurveyedQuirk(quirk.Uri, quirk.Property, quirk.What))],
    };

    public List<SurveyError> Errors { get; } = [];

    public async Task RunAsync(BmcCredentials credentials, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(options.BmcBudget, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, budget.Token);
        try
        {
            await using var client = new RedfishClient(new Uri(target.Address), credentials, options.Client with { MaxConcurrentRequests = 1 }, time);
            try
            {
                await LookAsync(client, both.Token);
            }
            finally
            {
                _bmc = _bmc is null ? null : _bmc with { CertificateSha256 = client.SeenCertificateSha256 };
            }
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

    private async Task LookAsync(RedfishClient client, CancellationToken cancellationToken)
    {
        var root = await client.GetServiceRootAsync(cancellationToken);
        if (!root.IsRead)
        {
            var kind = root.Outcome is RedfishOutcome.NotFound or RedfishOutcome.NotJson or RedfishOutcome.Redirected
                || (root.Outcome == RedfishOutcome.ServerFault && root.StatusCode < 500)
                ? SurveyErrorKind.NotRedfish
                : KindOf(root.Outcome);
            Fail(kind, "", root.Error);
            return;
        }

        _walk = new ResourceWalk(client, options.MaxRequestsPerBmc);
        var reader = new ResourceReader("/redfish/v1", root.Root, _walk.Quirks);
        var version = reader.Text("RedfishVersion");
        if (version is null && reader.Text("@odata.type")?.Contains("ServiceRoot", StringComparison.Ordinal) != true)
        {
            Fail(SurveyErrorKind.NotRedfish, "/redfish/v1", "JSON, but not a Redfish service root");
            return;
        }

        var (vendor, product) = (reader.Text("Vendor"), reader.Text("Product"));
        if (profiles.Find(vendor, product, version) is not { } profile)
        {
            Fail(SurveyErrorKind.NoProfile, "", $"no platform profile fits vendor '{vendor}', product '{product}', version '{version}'");
            return;
        }

        _bmc = new SurveyedBmc(
            target.Address, null, vendor, product, version, reader.Identity("UUID"), profile.Id, null, null, null, [], [], []);
        var mac = await IdentityAsync(profile.Identity.ManagerMac, IdentityText.CleanMac, cancellationToken);
        _bmc = _bmc with { Mac = mac?.Value };
        _bmc = _bmc with { Serial = await IdentityAsync(profile.Identity.Serial, IdentityText.Clean, cancellationToken) };
        _bmc = _bmc with { Part = await IdentityAsync(profile.Identity.Part, IdentityText.Clean, cancellationToken) };
        _bmc = _bmc with { Model = await IdentityAsync(profile.Identity.Model, IdentityText.Clean, cancellationToken) };
        await ComponentsAsync(profile, cancellationToken);
        _reports.AddRange(await _walk.MembersAsync(ReportCollection, cancellationToken));
    }

    // The first place that gives something that identifies.
    private async Task<SurveyedValue?> IdentityAsync(
        IReadOnlyList<string> places, Func<string?, string?> clean, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            var hash = place.IndexOf('#', StringComparison.Ordinal);
            foreach (var path in await _walk!.ExpandAsync(place[..hash], cancellationToken))
            {
                if (await _walk.ReadAsync(path, cancellationToken) is { } reader && clean(reader.Identity(place[(hash + 2)..])) is { } value)
                {
                    return new SurveyedValue(value, path + place[hash..]);
                }
            }
        }

        return null;
    }

    private async Task ComponentsAsync(PlatformProfile profile, CancellationToken cancellationToken)
    {
        var collections = profile.Components
            .Select(component => component.Pattern[..component.Pattern.LastIndexOf('/')])
            .Where(path => !path.Contains('{', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        var members = collections.Count == 0 ? await _walk!.ExpandAsync("/redfish/v1/Systems/*/Processors/*", cancellationToken) : [];
        foreach (var collection in collections)
        {
            members.AddRange(await _walk!.MembersAsync(collection, cancellationToken));
        }

        var serials = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in members)
        {
            var rule = profile.Components.FirstOrDefault(component => component.NameOf(path) is not null);
            if ((rule is null && profile.Components.Count > 0) || await _walk!.ReadAsync(path, cancellationToken) is not { } reader)
            {
                continue;
            }

            if (_components.Count == MaxComponents)
            {
                reader.Note("", $"more than {MaxComponents} components: the rest was left out");
                return;
            }

            var type = reader.Text("ProcessorType");
            if (rule is null && type is "Core" or "Thread")
            {
                continue;
            }

            // Two systems of one tray often list the same processor (System_0 and HGX_Baseboard_0 of a GB200 tray).
            var serial = reader.Identity("SerialNumber");
            if (rule is null && serial is not null && !serials.Add(serial))
            {
                continue;
            }

            var kind = rule is not null ? Enum.Parse<SurveyedKind>(rule.Kind.ToString())
                : type is "GPU" or "Accelerator" or "FPGA" or "DSP" ? SurveyedKind.Accelerator
                : type is "CPU" or null ? SurveyedKind.Processor
                : SurveyedKind.Other;
            if (serial is null && kind == SurveyedKind.Accelerator)
            {
                reader.Note("SerialNumber", "an accelerator without a serial number");
            }

            _components.Add(new SurveyedComponent(
                rule?.NameOf(path) ?? reader.Text("Id") ?? path[(path.LastIndexOf('/') + 1)..], kind, path, serial,
                reader.Identity("PartNumber"), reader.Identity("Model"), await FirmwareAsync(rule?.FirmwareOf(path), reader, cancellationToken)));
        }
    }

    private async Task<string?> FirmwareAsync(string? place, ResourceReader component, CancellationToken cancellationToken)
    {
        if (place is null)
        {
            return component.Identity("FirmwareVersion");
        }

        var hash = place.IndexOf('#', StringComparison.Ordinal);
        return await _walk!.ReadAsync(place[..hash], cancellationToken) is { } reader ? reader.Identity(place[(hash + 2)..]) : null;
    }

    private void Fail(SurveyErrorKind kind, string uri, string message) => Errors.Add(new SurveyError(target.Address, kind, uri, message));

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
