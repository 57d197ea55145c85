namespace Ampacity.Redfish;

/// <summary>A name and a password for a BMC. Handed in by whoever keeps secrets; never logged, never printed.</summary>
/// <param name="Username">The account's name.</param>
/// <param name="Password">Its password.</param>
public sealed record BmcCredentials(string Username, string Password)
{
    /// <summary>The name without the password, so that a log line can never carry it.</summary>
    public override string ToString() => $"{Username}:***";
}
