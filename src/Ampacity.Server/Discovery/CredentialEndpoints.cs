using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/credentials</c>: accounts on BMCs go in; passwords never come out.</summary>
internal static class CredentialEndpoints
{
    private const string OfTheFleet = "An account is for BMCs of the whole fleet.";

    public static void MapCredentials(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/credentials", ListAsync).WithName("ListCredentials").WithTags("credentials")
            .WithSummary("Accounts in the order in which they are tried, without passwords").Produces<CredentialList>().ProducesProblem(403);
        routes.MapPut("/api/fleet/v1/credentials/{**name}", SaveAsync).WithName("SaveCredential").WithTags("credentials")
            .WithSummary("Keeps an account on BMCs, encrypted").Produces<CredentialSaved>().ProducesProblem(400).ProducesProblem(403);
        routes.MapDelete("/api/fleet/v1/credentials/{**name}", RemoveAsync).WithName("RemoveCredential").WithTags("credentials")
            .WithSummary("Forgets an account").Produces<CredentialSaved>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, BmcAccounts accounts, DriftBook drift)
    {
        if (FleetRequest.RefuseNarrowed(context, OfTheFleet) is { } refused)
        {
            return refused;
        }

        var book = await accounts.ReadAsync(context.RequestAborted);
        var picture = (await drift.SeenAsync(context.RequestAborted))?.Picture;
        var chosen = (picture?.Bmcs ?? []).Select(bmc => book.ChoiceFor(new Uri(bmc.Address).Host, bmc.Mac, bmc.ProfileId, bmc.Account)?.Text).CountBy(text => text ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        return Results.Ok(new CredentialList(
            [.. book.Listed.Select((entry, at) => new CredentialListRow(at + 1, entry.Pattern.Text, entry.Username, Says(entry.Pattern.Rank), chosen.GetValueOrDefault(entry.Pattern.Text)))],
            chosen.GetValueOrDefault("")));
    }

    private static async Task<IResult> SaveAsync(HttpContext context, BmcAccounts accounts, FactStore store, string name, CredentialRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, OfTheFleet) is { } refused)
        {
            return refused;
        }

        if (!AccountPattern.TryParse(FleetQuestion.Unslashed(name), out var pattern, out var hint))
        {
            return Problems.BadRequest(hint);
        }

        if (request.Username is not { Length: > 0 and <= 128 } || request.Password is not { Length: > 0 and <= 1024 })
        {
            return Problems.BadRequest("username takes 1 to 128 characters, password 1 to 1,024.");
        }

        var patterns = await accounts.ReadPatternsAsync(context.RequestAborted);
        if (patterns.Count >= BmcAccounts.AccountsMax && !patterns.Contains(pattern.Text))
        {
            return Problems.BadRequest($"There are {BmcAccounts.AccountsMax} accounts, which is the most: remove one, or use a wider pattern.");
        }

        await accounts.SaveAsync(pattern.Text, request.Username, request.Password, context.RequestAborted);
        await store.AppendAuditAsync("local", "save credential", pattern.Text, CancellationToken.None);
        return Results.Ok(new CredentialSaved(pattern.Text, request.Username));
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, BmcAccounts accounts, FactStore store, string name)
    {
        if (FleetRequest.RefuseNarrowed(context, OfTheFleet) is { } refused)
        {
            return refused;
        }

        if (!AccountPattern.TryParse(FleetQuestion.Unslashed(name), out var pattern, out var hint))
        {
            return Problems.BadRequest(hint);
        }

        if (!await accounts.RemoveAsync(pattern.Text, context.RequestAborted))
        {
            return Problems.NotFound($"An account for {pattern.Text}", "`ampacity credentials list` lists them.");
        }

        await store.AppendAuditAsync("local", "remove credential", pattern.Text, CancellationToken.None);
        return Results.Ok(new CredentialSaved(pattern.Text, ""));
    }

    private static string Says(AccountRank rank) => rank switch
    {
        AccountRank.Named => "only for hosts whose list names this account",
        AccountRank.Mac => "the BMC with this MAC, once a survey saw it",
        AccountRank.MacPattern => "BMCs with such a MAC, once a survey saw it",
        AccountRank.Host => "the BMC at this address",
        AccountRank.Block => "BMCs at addresses of this block; the smaller block first",
        AccountRank.HostPattern => "BMCs at such addresses or names",
        AccountRank.Platform => "BMCs that this profile fits",
        AccountRank.PlatformPattern => "BMCs that such a profile fits",
        _ => "every BMC that none above is for",
    };
}

/// <summary>Accounts in the order in which they are tried.</summary>
/// <param name="Items">The first that fits a BMC is taken, and no other after it.</param>
/// <param name="Without">Known BMCs that none is for.</param>
public sealed record CredentialList(IReadOnlyList<CredentialListRow> Items, int Without);

/// <summary>One account.</summary>
/// <param name="Order">When it is tried, from 1.</param>
/// <param name="For">Its pattern.</param>
/// <param name="Username">User on the BMCs.</param>
/// <param name="Means">What the pattern means.</param>
/// <param name="Bmcs">Known BMCs that it is taken for.</param>
public sealed record CredentialListRow(int Order, string For, string Username, string Means, int Bmcs);

/// <summary>An account to keep.</summary>
/// <param name="Username">User on the BMCs.</param>
/// <param name="Password">Its password.</param>
public sealed record CredentialRequest(string Username, string Password)
{
    /// <summary>Without the password, which must not reach a log.</summary>
    public override string ToString() => $"credential of {Username}";
}

/// <summary>An account that was kept or forgotten.</summary>
/// <param name="Name">Its pattern.</param>
/// <param name="Username">User on the BMCs; empty if it was forgotten.</param>
public sealed record CredentialSaved(string Name, string Username);
