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

/// <summary>How a platform wants to be asked.</summary>
/// <param name="Expand">Whether <c>$expand</c> can be used.</param>
/// <param name="Login">Session or Basic.</param>
/// <param name="CloseConnections">One request a connection: HPE's iLO before 7.</param>
/// <param name="Skip">
/// Paths that are not read because nothing is there on this platform, or reading harms it; a <c>*</c> segment is any one segment.
/// </param>
public sealed record ProfileManners(
    ProfileExpand Expand = ProfileExpand.Deep, ProfileLogin Login = ProfileLogin.Session, bool CloseConnections = false,
    IReadOnlyList<string>? Skip = null)
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
