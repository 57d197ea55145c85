using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Net;

namespace Ampacity.Server;

/// <summary>
/// Which BMCs an account is for: <c>mac:02:00:…</c>, <c>10.1.0.5</c>, <c>10.1.0.0/24</c>, <c>bmc-7*</c>, <c>platform:nvidia-gb200-nvl</c>,
/// <c>account:blue</c> (only where a list of hosts names it), or <c>default</c>. <c>*</c> stands for any text.
/// </summary>
public sealed class AccountPattern
{
    /// <summary>Most characters of a pattern.</summary>
    public const int CharsMax = 128;

    private const string Mac = "mac:", Platform = "platform:", Account = "account:";

    private readonly IPNetwork? _block;
    private readonly string _glob;

    private AccountPattern(string text, AccountRank rank, string glob, IPNetwork? block) => (Text, Rank, _glob, _block) = (text, rank, glob, block);

    /// <summary>As written, in its one form.</summary>
    public string Text { get; }

    /// <summary>How exact it is: the lowest that fits a BMC is taken.</summary>
    public AccountRank Rank { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">As written.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="hint">What is wrong and what to write.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AccountPattern? pattern, [NotNullWhen(false)] out string? hint)
    {
        pattern = null;
        var plain = text?.Trim().ToLowerInvariant() ?? "";
        hint = plain.Length is 0 or > CharsMax || plain.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? $"a pattern has 1 to {CharsMax} characters without spaces, such as 10.1.0.0/24, mac:02:00:*, platform:nvidia-gb200-nvl or default" : null;
        if (hint is not null)
        {
            return false;
        }

        if (plain == BmcAccounts.DefaultName)
        {
            pattern = new(plain, AccountRank.Default, "*", null);
        }
        else if (Rest(plain, Mac) is { } mac)
        {
            pattern = new(plain.Replace('-', ':'), Exact(mac) ? AccountRank.Mac : AccountRank.MacPattern, mac.Replace('-', ':'), null);
        }
        else if (Rest(plain, Platform) is { } platform)
        {
            pattern = new(plain, Exact(platform) ? AccountRank.Platform : AccountRank.PlatformPattern, platform, null);
        }
        else if (Rest(plain, Account) is { } account)
        {
            pattern = new(plain, AccountRank.Named, account, null);
        }
        else if (plain.Contains('/', StringComparison.Ordinal))
        {
            if (!IPNetwork.TryParse(plain, out var block))
            {
                hint = $"'{plain}' is no block of addresses; write one such as 10.1.0.0/24";
                return false;
            }

            pattern = new(block.ToString(), AccountRank.Block, "", block);
        }
        else if (plain.Contains(':', StringComparison.Ordinal) && !IsAddressLike(plain))
        {
            hint = $"'{plain}' is no address, block or name; before a colon stands mac, platform or account, and an address has no port";
            return false;
        }
        else
        {
            pattern = new(plain, Exact(plain) ? AccountRank.Host : AccountRank.HostPattern, plain, null);
        }

        return true;
    }

    /// <summary>Whether it is for this BMC.</summary>
    /// <param name="host">Address or name, without port.</param>
    /// <param name="mac">Its MAC, where an earlier survey told it; else null.</param>
    /// <param name="platform">Id of its profile; null if not known.</param>
    /// <param name="named">Account that a list of hosts names; null for none.</param>
    public bool Fits(string host, string? mac, string? platform, string? named) => Rank switch
    {
        AccountRank.Named => named is not null && Matches(named),
        AccountRank.Mac or AccountRank.MacPattern => mac is not null && Matches(mac),
        AccountRank.Block => IPAddress.TryParse(host.Trim('[', ']'), out var address) && _block!.Value.Contains(address),
        AccountRank.Host or AccountRank.HostPattern => Matches(host),
        AccountRank.Platform or AccountRank.PlatformPattern => platform is not null && Matches(platform),
        _ => true,
    };

    /// <summary>The most exact first: by rank, then the longer prefix of a block, then the longer text.</summary>
    public static IComparer<AccountPattern> MostExactFirst { get; } = Comparer<AccountPattern>.Create((left, right) =>
        left.Rank != right.Rank ? left.Rank.CompareTo(right.Rank)
        : left._block is { } one && right._block is { } other && one.PrefixLength != other.PrefixLength ? other.PrefixLength.CompareTo(one.PrefixLength)
        : left._glob.Length != right._glob.Length ? right._glob.Length.CompareTo(left._glob.Length)
        : string.CompareOrdinal(left.Text, right.Text));

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool Matches(string text) => FileSystemName.MatchesSimpleExpression(_glob, text.ToLowerInvariant(), ignoreCase: true);

    private static string? Rest(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length ? text[prefix.Length..] : null;

    // An address of IPv6, or a pattern of some.
    private static bool IsAddressLike(string text) =>
        IPAddress.TryParse(text.Trim('[', ']'), out _) || (!Exact(text) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '*' or '?'));

    private static bool Exact(string text) => !text.Contains('*', StringComparison.Ordinal) && !text.Contains('?', StringComparison.Ordinal);
}

/// <summary>In which order accounts are tried: the first that fits is taken, and no other after it, since BMCs lock accounts.</summary>
public enum AccountRank : byte
{
    /// <summary>A list of hosts names it.</summary>
    Named,

    /// <summary>One MAC.</summary>
    Mac,

    /// <summary>MACs by pattern.</summary>
    MacPattern,

    /// <summary>One address or name.</summary>
    Host,

    /// <summary>A block of addresses, the longest prefix first.</summary>
    Block,

    /// <summary>Names by pattern.</summary>
    HostPattern,

    /// <summary>One platform.</summary>
    Platform,

    /// <summary>Platforms by pattern.</summary>
    PlatformPattern,

    /// <summary>Every other BMC.</summary>
    Default,
}
