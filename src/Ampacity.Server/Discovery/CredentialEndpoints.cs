using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/credentials</c>: accounts on BMCs go in; passwords never come out.</summary>
internal static class CredentialEndpoints
{
    public static void MapCredentials(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/api/fleet/v1/credentials/{name}", SaveAsync).WithName("SaveCredential").WithTags("credentials")
            .WithSummary("Keeps an account on BMCs, encrypted").Produces<CredentialSaved>().ProducesProblem(400).ProducesProblem(403);

    private static async Task<IResult> SaveAsync(
        HttpContext context, BmcAccounts accounts, FactStore store, string name, CredentialRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, "An account is for BMCs of the whole fleet.") is { } refused)
        {
            return refused;
        }

        if (name != BmcAccounts.DefaultName)
        {
            return Problems.BadRequest($"The only account there is so far is called {BmcAccounts.DefaultName}.");
        }

        if (request.Username is not { Length: > 0 and <= 128 } || request.Password is not { Length: > 0 and <= 1024 })
        {
            return Problems.BadRequest("username takes 1 to 128 characters, password 1 to 1,024.");
        }

        await accounts.SaveAsync(name, request.Username, request.Password, context.RequestAborted);
        await store.AppendAuditAsync("local", "save credential", name, CancellationToken.None);
        return Results.Ok(new CredentialSaved(name, request.Username));
    }
}

/// <summary>An account to keep.</summary>
/// <param name="Username">User on the BMCs.</param>
/// <param name="Password">Its password.</param>
public sealed record CredentialRequest(string Username, string Password)
{
    /// <summary>Without the password, which must not reach a log.</summary>
    public override string ToString() => $"credential of {Username}";
}

/// <summary>An account that was kept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Username">User on the BMCs.</param>
public sealed record CredentialSaved(string Name, string Username);
