using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Chooses the account that a BMC is asked with, once it is known what it is.</summary>
public interface IBmcAccounts
{
    /// <summary>The account for a BMC, or null where none is kept for it: then it is asked only for what it tells to anyone.</summary>
    /// <param name="target">Where it was looked for.</param>
    /// <param name="platform">Id of the profile that its service root fits; null if none did.</param>
    BmcCredentials? For(SurveyTarget target, string? platform);
}

/// <summary>One account for all.</summary>
public sealed class OneBmcAccount(BmcCredentials credentials) : IBmcAccounts
{
    /// <inheritdoc/>
    public BmcCredentials? For(SurveyTarget target, string? platform) => credentials;
}
