using System.Security.Cryptography;
using Ampacity.Records;
using Microsoft.AspNetCore.DataProtection;

namespace Ampacity.Server;

/// <summary>Accounts on BMCs: encrypted at rest with the data folder's keys, never logged, never returned.</summary>
/// <remarks>Any thread.</remarks>
public sealed class BmcAccounts(FactStore store, IDataProtectionProvider protection)
{
    /// <summary>Name of the account that every BMC is read with, until accounts are bound to places.</summary>
    public const string DefaultName = "default";

    private readonly IDataProtector _protector = protection.CreateProtector("bmc-credentials");

    /// <summary>Raised when an account was kept; handlers must be quick and not throw.</summary>
    public event Action? Changed;

    /// <summary>Keeps an account, replacing one of that name.</summary>
    public async Task SaveAsync(string name, string username, string password, CancellationToken cancellationToken)
    {
        await store.SaveCredentialAsync(new CredentialRow(name, username, _protector.Protect(password)), cancellationToken);
        Changed?.Invoke();
    }

    /// <summary>An account, or null if none of that name is kept.</summary>
    /// <exception cref="CryptographicException">The data folder's keys are not those that it was kept with.</exception>
    public async Task<(string Username, string Password)?> FindAsync(string name, CancellationToken cancellationToken) =>
        await store.ReadCredentialAsync(name, cancellationToken) is { } row
            ? (row.Username, _protector.Unprotect(row.ProtectedPassword))
            : null;
}
