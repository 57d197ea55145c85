namespace Ampacity.Redfish;

/// <summary>Whether a platform's <c>$expand</c> can be used.</summary>
public enum ProfileExpand
{
    /// <summary>On single resources too, over several levels, as the service root says; each answer is checked.</summary>
    Deep,

    /// <summary>On collections only, as the service root says; each answer is checked.</summary>
    Collections,

    /// <summary>Never, whatever the service root says: it is off, or drops properties.</summary>
    Never,
}

/// <summary>How a platform wants to be logged in to.</summary>
public enum ProfileLogin
{
    /// <summary>A session, and HTTP Basic where there is no session service.</summary>
    Session,

    /// <summary>HTTP Basic with every request.</summary>
    Basic,
}

/// <summary>How a BMC can send by itself.</summary>
public enum ProfileDelivery
{
    /// <summary>Over a stream of Server-Sent Events that we open.</summary>
    Stream,

    /// <summary>To an address of ours, by a subscription.</summary>
    Push,
}

/// <summary>What a platform sends by itself, and how; in the order in which it is tried. What holds at no way is polled.</summary>
/// <param name="Alerts">Events: leaks, trips, failures.</param>
/// <param name="Reports">Metric reports.</param>
public sealed record ProfileEvents(IReadOnlyList<ProfileDelivery>? Alerts = null, IReadOnlyList<ProfileDelivery>? Reports = null);

/// <summary>How a platform wants to be asked.</summary>
/// <param name="Expand">Whether <c>$expand</c> can be used.</param>
/// <param name="Login">Session or Basic.</param>
/// <param name="CloseConnections">One request a connection: HPE's iLO before 7.</param>
/// <param name="Skip">
/// Paths that are not read because nothing is there on this platform, or reading harms it; a <c>*</c> segment is any one segment.
/// </param>
/// <param name="Events">What it sends by itself; null: nothing that holds.</param>
/// <param name="Tags">Whether its ETags say when a body changes. Where they may stand still, polls ask for whole bodies.</param>
public sealed record ProfileManners(
    ProfileExpand Expand = ProfileExpand.Deep, ProfileLogin Login = ProfileLogin.Session, bool CloseConnections = false,
    IReadOnlyList<string>? Skip = null, ProfileEvents? Events = null, bool Tags = false)
{
    /// <summary>Whether a path is not to be read.</summary>
    public bool Skips(string path)
    {
        foreach (var pattern in Skip ?? [])
        {
            if (Fits(pattern.Split('/'), path.Split('/')))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Fits(string[] pattern, string[] path)
    {
        if (pattern.Length != path.Length)
        {
            return false;
        }

        for (var index = 0; index < path.Length; index++)
        {
            var (part, segment) = (pattern[index], path[index]);
            var fits = part == "*"
                || (part.EndsWith('*') ? segment.StartsWith(part[..^1], StringComparison.OrdinalIgnoreCase) : segment.Equals(part, StringComparison.OrdinalIgnoreCase));
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
