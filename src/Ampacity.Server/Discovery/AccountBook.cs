using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Server;

/// <summary>Accounts at one time, in the order in which they are tried: the most exact pattern that fits a BMC is taken, and no other.</summary>
/// <remarks>Immutable, any thread. It holds passwords: it is never logged, and says nothing as text.</remarks>
public sealed class AccountBook
{
    private readonly (AccountPattern Pattern, BmcCredentials Credentials)[] _byExactness;

    internal AccountBook(IEnumerable<(AccountPattern Pattern, string Username, string Password)> entries) =>
        _byExactness = [.. entries.OrderBy(entry => entry.Pattern, AccountPattern.MostExactFirst).Select(entry => (entry.Pattern, new BmcCredentials(entry.Username, entry.Password)))];

    /// <summary>How many there are.</summary>
    public int Count => _byExactness.Length;

    /// <summary>Patterns and user names, the first tried first; no password.</summary>
    public IEnumerable<(AccountPattern Pattern, string Username)> Listed => _byExactness.Select(entry => (entry.Pattern, entry.Credentials.Username));

    /// <summary>The account for a BMC, or null where none is for it.</summary>
    /// <param name="host">Address or name, without port.</param>
    /// <param name="mac">Its MAC, where an earlier survey told it; else null.</param>
    /// <param name="platform">Id of its profile; null if not known.</param>
    /// <param name="named">Account that a list of hosts names; where one is named, no other is taken.</param>
    public BmcCredentials? For(string host, string? mac, string? platform, string? named = null) => Find(host, mac, platform, named)?.Credentials;

    /// <summary>The pattern by which an account is chosen for a BMC, or null.</summary>
    public AccountPattern? ChoiceFor(string host, string? mac, string? platform, string? named = null) => Find(host, mac, platform, named)?.Pattern;

    /// <summary>The choice of a sweep, which knows MACs by what earlier surveys saw.</summary>
    internal IBmcAccounts With(HardwareLooks? seen) => new Chooser(this, seen);

    private (AccountPattern Pattern, BmcCredentials Credentials)? Find(string host, string? mac, string? platform, string? named)
    {
        foreach (var entry in _byExactness)
        {
            if (named is null != (entry.Pattern.Rank == AccountRank.Named) && entry.Pattern.Fits(host, mac, platform, named))
            {
                return entry;
            }
        }

        return null;
    }

    private sealed class Chooser(AccountBook book, HardwareLooks? seen) : IBmcAccounts
    {
        public BmcCredentials? For(SurveyTarget target, string? platform) =>
            book.For(target.Host, seen?.LastMacAt(target.Address), platform is null or "generic" ? target.Platform ?? platform : platform, target.Account);
    }
}
