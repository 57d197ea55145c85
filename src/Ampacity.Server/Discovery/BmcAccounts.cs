using System.Security.Cryptography;
using Ampacity.Records;
using Microsoft.AspNetCore.DataProtection;

namespace Ampacity.Server;

/// <summary>Accounts on BMCs: encrypted at rest with the data folder's keys, never logged, never returned.</summary>
/// <remarks>Any thread.</remarks>
public sealed class BmcAccounts(FactStore store, IDataProtectionProvider protection)
{
    /// <summary>Pattern of the account for every BMC that no other is for.</summary>
    public const string DefaultName = "default";

    /// <summary>Most accounts: one for each block and platform of a large site, and room.</summary>
    public const int AccountsMax = 10_000;

    private readonly IDataProtector _protector = protection.CreateProtector("bmc-credentials");

    /// <summary>Raised when an account was kept or forgotten; handlers must be quick and not throw.</summary>
    public event Action? Changed;

    /// <summary>Keeps an account, replacing one of that pattern.</summary>
    public async Task SaveAsync(string name, string username, string password, CancellationToken cancellationToken)
    {
        await store.SaveCredentialAsync(new CredentialRow(name, username, _protector.Protect(password)), cancellationToken);
        Changed?.Invoke();
    }

    /// <summary>Forgets an account.</summary>
    /// <returns>False if none of that pattern is kept.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var removed = await store.RemoveCredentialAsync(name, cancellationToken);
        if (removed)
        {
            Changed?.Invoke();
        }

        return removed;
    }

    /// <summary>An account, or null if none of that pattern is kept.</summary>
    /// <exception cref="CryptographicException">The data folder's keys are not those that it was kept with.</exception>
    public async Task<(string Username, string Password)?> FindAsync(string name, CancellationToken cancellationToken) =>
        await store.ReadCredentialAsync(name, cancellationToken) is { } row
            ? (row.Username, _protector.Unprotect(row.ProtectedPassword))
            : null;

    /// <summary>The patterns of all accounts, without opening one: it works also with other keys than those that they were kept with.</summary>
    public async Task<IReadOnlySet<string>> ReadPatternsAsync(CancellationToken cancellationToken) =>
        (await store.ReadCredentialsAsync(cancellationToken)).Select(row => row.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>All accounts in the order in which they are tried.</summary>
    /// <exception cref="RecordStoreException">The data folder's keys are not those that one was kept with.</exception>
    public async Task<AccountBook> ReadAsync(CancellationToken cancellationToken)
    {
        var entries = new List<(AccountPattern Pattern, string Username, string Password)>();
        foreach (var row in await store.ReadCredentialsAsync(cancellationToken))
        {
            if (AccountPattern.TryParse(row.Name, out var pattern, out _))
            {
                entries.Add((pattern, row.Username, Unprotect(row)));
            }
        }

        return new AccountBook(entries);
    }

    private string Unprotect(CredentialRow row)
    {
        try
        {
            return _protector.Unprotect(row.ProtectedPassword);
        }
        catch (CryptographicException error)
        {
            throw new RecordStoreException(
                RecordStoreFailure.Unreachable, $"The account for {row.Name} was encrypted with other keys than those in the data folder's keys/: bring them back, or set it again.", error);
        }
    }
}
