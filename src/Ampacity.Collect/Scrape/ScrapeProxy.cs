using System.Net;

namespace Ampacity.Collect;

/// <summary>A proxy, and the hosts that are reached without it, as Go's <c>httpproxy</c> reads <c>no_proxy</c>.</summary>
internal sealed class ScrapeProxy(Uri proxy, string noProxy) : IWebProxy
{
    private readonly string[] _without = noProxy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>User and password of the proxy's own address.</summary>
    public ICredentials? Credentials { get; set; } = proxy.UserInfo.Length == 0 ? null
        : new NetworkCredential(Uri.UnescapeDataString(proxy.UserInfo.Split(':')[0]), Uri.UnescapeDataString(proxy.UserInfo.Contains(':', StringComparison.Ordinal) ? proxy.UserInfo[(proxy.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..] : ""));

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy;

    public bool IsBypassed(Uri host) => Array.Exists(_without, rule => Takes(rule, host));

    private static bool Takes(string rule, Uri host)
    {
        if (rule == "*")
        {
            return true;
        }

        var colon = rule.LastIndexOf(':');
        var isPort = colon > 0 && rule.IndexOf(':', StringComparison.Ordinal) == colon;
        if (isPort && rule[(colon + 1)..] != host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            return false;
        }

        var name = isPort ? rule[..colon] : rule;
        if (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address))
        {
            return IPNetwork.TryParse(name, out var block) ? block.Contains(address) : IPAddress.TryParse(name, out var one) && one.Equals(address);
        }

        // A name takes its sub-domains with it; with a point before it, those alone.
        return name.StartsWith('.') ? host.Host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : host.Host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }
}
