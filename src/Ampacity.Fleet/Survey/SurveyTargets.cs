using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ampacity.Fleet;

/// <summary>Where to look for a BMC.</summary>
/// <param name="Scheme">http or https.</param>
/// <param name="Host">An address or a name.</param>
/// <param name="Port">1 to 65,535.</param>
public sealed record SurveyTarget(string Scheme, string Host, int Port)
{
    /// <summary>Name of the account to ask with; null chooses by the BMC.</summary>
    public string? Account { get; init; }

    /// <summary>Platform that it is said to be, by which an account is chosen before it says so itself; null if nobody said.</summary>
    public string? Platform { get; init; }

    /// <summary>Scheme, host and port as a URL.</summary>
    public string Address => $"{Scheme}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public override string ToString() => Address;
}

/// <summary>Reads what people write for "look there".</summary>
public static class SurveyTargets
{
    /// <summary>Most addresses of one survey: a /16, and over three times the BMCs of a 250-rack site.</summary>
    public const int MaxTargets = 65_536;

    /// <summary>
    /// Targets of a text: a block (<c>10.1.0.0/24</c>, without its network and broadcast address), a range (<c>10.1.0.5-10.1.0.9</c>),
    /// or one host with or without a port (<c>bmc-7</c>, <c>10.1.0.5:8443</c>, <c>[fe80::1]:443</c>); several of them with commas between.
    /// </summary>
    /// <param name="text">What to read.</param>
    /// <param name="port">Port where the text says none.</param>
    /// <param name="scheme">http or https.</param>
    /// <exception cref="FormatException">It cannot be read, or is over <see cref="MaxTargets"/>; the message says which part and why.</exception>
    public static IReadOnlyList<SurveyTarget> Parse(string text, int port, string scheme)
    {
        if (scheme is not ("http" or "https"))
        {
            throw new FormatException($"scheme '{scheme}': http or https");
        }

        CheckPort(port, port.ToString(CultureInfo.InvariantCulture));
        var targets = new List<SurveyTarget>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Contains('/', StringComparison.Ordinal))
            {
                AddBlock(part, port, scheme, targets);
            }
            else if (part.Split('-') is [var from, var to] && IPAddress.TryParse(from, out var first) && IPAddress.TryParse(to, out var last))
            {
                AddRange(part, ToNumber(first, part), ToNumber(last, part), port, scheme, targets);
            }
            else
            {
                targets.Add(One(part, port, scheme));
            }

            Limit(targets.Count, part);
        }

        return targets.Count == 0
            ? throw new FormatException("no target: give a block (10.1.0.0/24), a range (10.1.0.5-10.1.0.9) or a host[:port]")
            : targets.Distinct().ToList();
    }

    private static void AddBlock(string part, int port, string scheme, List<SurveyTarget> targets)
    {
        if (part.Split('/') is not [var network, var bits] || !IPAddress.TryParse(network, out var address)
            || !int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
        {
            throw new FormatException($"'{part}' is not an IPv4 block such as 10.1.0.0/24");
        }

        var number = ToNumber(address, part);
        var size = 1L << (32 - length);
        Limit(size - 2, part);
        var first = number - (number % size);
        // A /31 and a /32 have no network and broadcast address.
        var edge = size > 2 ? 1 : 0;
        AddRange(part, first + edge, first + size - 1 - edge, port, scheme, targets);
    }

    private static void AddRange(string part, long first, long last, int port, string scheme, List<SurveyTarget> targets)
    {
        if (last < first)
        {
            throw new FormatException($"'{part}' ends before it begins");
        }

        Limit(targets.Count + (last - first + 1), part);
        for (var number = first; number <= last; number++)
        {
            var address = new IPAddress([(byte)(number >> 24), (byte)((number >> 16) & 255), (byte)((number >> 8) & 255), (byte)(number & 255)]);
            targets.Add(new SurveyTarget(scheme, address.ToString(), port));
        }
    }

    private static SurveyTarget One(string part, int port, string scheme)
    {
        if (IPAddress.TryParse(part.Trim('[', ']'), out var bare) && (bare.AddressFamily == AddressFamily.InterNetworkV6 || !part.Contains(':', StringComparison.Ordinal)))
        {
            return new SurveyTarget(scheme, bare.ToString(), port);
        }

        var colon = part.LastIndexOf(':');
        var host = colon < 0 ? part : part[..colon];
        if (colon >= 0)
        {
            port = int.TryParse(part[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : -1;
            CheckPort(port, part);
        }

        host = host.Trim('[', ']');
        return Uri.CheckHostName(host) == UriHostNameType.Unknown
            ? throw new FormatException($"'{part}' is not a block (10.1.0.0/24), a range (10.1.0.5-10.1.0.9) or a host[:port]")
            : new SurveyTarget(scheme, host, port);
    }

    private static long ToNumber(IPAddress address, string part)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new FormatException($"'{part}': blocks and ranges are IPv4; name IPv6 BMCs one by one");
        }

        var bytes = address.GetAddressBytes();
        return ((long)bytes[0] << 24) | ((long)bytes[1] << 16) | ((long)bytes[2] << 8) | bytes[3];
    }

    private static void CheckPort(int port, string part)
    {
        if (port is < 1 or > 65_535)
        {
            throw new FormatException($"'{part}': a port is 1 to 65535");
        }
    }

    private static void Limit(long count, string part)
    {
        if (count > MaxTargets)
        {
            throw new FormatException($"'{part}' makes {count} targets; at most {MaxTargets} can be looked at in one survey: split it");
        }
    }
}
