namespace Ampacity.Records;

/// <summary>A login at devices. The password arrives encrypted and leaves encrypted: this project holds no key.</summary>
/// <param name="Name">What the targets call it; unique.</param>
/// <param name="Username">User name at the device.</param>
/// <param name="ProtectedPassword">Encrypted password as text; never printed.</param>
public sealed record CredentialRow(string Name, string Username, string ProtectedPassword)
{
    /// <summary>Name and user name only, so that a log line cannot carry the password.</summary>
    public override string ToString() => $"credential {Name} ({Username})";
}
