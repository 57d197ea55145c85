using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/programmes</c> and <c>organisations</c>: contracts, and who has to do with the fleet.</summary>
internal static class ProgrammeEndpoints
{
    public static void MapProgrammes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/programmes", ListAsync).WithName("ListProgrammes").WithTags("programmes")
            .WithSummary("Programmes with terms and milestones, and the racks and design draw that count toward each by state")
            .Produces<Page<ProgrammeRow>>().Produces(304).ProducesProblem(400);
        routes.MapGet("/api/fleet/v1/organisations", OrganisationsAsync).WithName("ListOrganisations").WithTags("programmes")
            .WithSummary("Operators, tenants, owners and vendors").Produces<Page<OrganisationRow>>().Produces(304).ProducesProblem(400);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CurrentFleet fleet)
    {
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null);
        return error ?? FleetQuestion.Answer(() =>
        {
            var graph = question!.Graph;
            var counted = FleetCounts.Of(question.View, fleet.Catalogue, -1, CountBy.Programme, CountBy.State).Groups
                .Where(group => group.Keys[0] is not null).ToLookup(group => group.Keys[0]!, StringComparer.Ordinal);
            var declared = question.View.Registers(NodeKind.Programme).ToDictionary(graph.NameOf, graph.NodeOf, StringComparer.Ordinal);
            ProgrammeRow[] rows = [.. declared.Keys.Union(counted.Select(group => group.Key), StringComparer.Ordinal)
                .Order(NaturalOrder.Comparer).Select(name => ProgrammeRow.Of(name, declared.GetValueOrDefault(name), counted[name]))];
            return Results.Ok(question.Page(rows));
        });
    }

    private static async Task<IResult> OrganisationsAsync(HttpContext context, CurrentFleet fleet)
    {
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null);
        return error ?? FleetQuestion.Answer(() => Results.Ok(question!.Page(
            question.View.SeesAll ? Declared(question.View) : Named(question.View, fleet.Catalogue))));
    }

    private static OrganisationRow[] Declared(FleetView view) =>
        [.. view.Registers(NodeKind.Organisation).Select(node => view.Graph.NodeOf(node)!).Select(about =>
            new OrganisationRow(about.Name, about.Organisation?.Title, about.Organisation?.Roles ?? [], about.Note))];

    // A narrowed caller hears of those that its own places name, and of what they are there.
    private static OrganisationRow[] Named(FleetView view, SkuCatalogue catalogue)
    {
        var roles = new SortedDictionary<string, SortedSet<string>>(NaturalOrder.Comparer);
        foreach (var (by, role) in ((CountBy, string)[])[(CountBy.Operator, "operator"), (CountBy.Tenant, "tenant"), (CountBy.Owner, "owner"), (CountBy.Vendor, "vendor")])
        {
            foreach (var group in FleetCounts.Of(view, catalogue, -1, by).Groups)
            {
                Add(group.Keys[0], role);
            }
        }

        // Places without racks name some too.
        foreach (var about in view.Nodes().Select(node => view.Graph.NodeOf(node)!))
        {
            Add(about.Hall?.Operator ?? about.Parties?.Operator, "operator");
            Add(about.Hall?.Tenant ?? about.Parties?.Tenant, "tenant");
            Add(about.Hall?.Owner ?? about.Parties?.Owner, "owner");
        }

        return [.. roles.Select(named => new OrganisationRow(
            named.Key, view.Graph.RegisterOf(NodeKind.Organisation, named.Key) is var node and >= 0 ? view.Graph.NodeOf(node)!.Organisation?.Title : null,
            [.. named.Value], null))];

        void Add(string? name, string role)
        {
            if (name is not null)
            {
                (roles.TryGetValue(name, out var known) ? known : roles[name] = new SortedSet<string>(StringComparer.Ordinal)).Add(role);
            }
        }
    }
}

/// <summary>A programme. Absent values are left out of the JSON.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDeclared">
/// Whether a file declares it; else only racks name it. Its terms are the fleet's: a narrowed caller sees the name that its racks bear, and
/// what of them counts toward it.
/// </param>
/// <param name="Vendor">Who delivers.</param>
/// <param name="Status">announced, letterOfIntent or underContract.</param>
/// <param name="ContractedWatts">Power that it deploys, W at the utility boundary unless the note says otherwise.</param>
/// <param name="PricePerWatt">Price per W.</param>
/// <param name="Currency">ISO 4217 code of the price.</param>
/// <param name="Sites">Eligible sites; left out for any.</param>
/// <param name="Skus">Eligible SKUs; left out for any.</param>
/// <param name="Milestones">Power by day.</param>
/// <param name="Note">A remark.</param>
/// <param name="Racks">Racks that count toward it.</param>
/// <param name="Accelerators">Accelerators in them.</param>
/// <param name="DesignWatts">Their design draw, W at rack input: not the boundary of the contract.</param>
/// <param name="States">The same by lifecycle state.</param>
public sealed record ProgrammeRow(
    string Name,
    bool IsDeclared,
    string? Vendor,
    string? Status,
    double? ContractedWatts,
    double? PricePerWatt,
    string? Currency,
    IReadOnlyList<string>? Sites,
    IReadOnlyList<string>? Skus,
    IReadOnlyList<MilestoneRow>? Milestones,
    string? Note,
    int Racks,
    int Accelerators,
    double? DesignWatts,
    IReadOnlyList<CountRow> States)
{
    internal static ProgrammeRow Of(string name, FleetNode? about, IEnumerable<CountGroup> groups)
    {
        CountGroup[] states = [.. groups];
        var terms = about?.Terms;
        return new ProgrammeRow(
            name, about is not null, terms?.Vendor, terms is null ? null : PlaceRow.Camel(terms.Status.ToString()), terms?.ContractedWatts,
            terms?.PricePerWatt, terms?.Currency, terms is { Sites.Count: > 0 } ? terms.Sites : null, terms is { Skus.Count: > 0 } ? terms.Skus : null,
            about is { Milestones.IsEmpty: false } ? [.. about.Milestones.Select(milestone => new MilestoneRow(milestone.DueMs, milestone.Watts))] : null,
            about?.Note, states.Sum(state => state.Racks), states.Sum(state => state.Accelerators),
            states.Any(state => state.RacksClaimed > 0) ? states.Sum(state => state.DesignWatts) : null,
            [.. states.Select(state => CountRow.Of(state with { Keys = [state.Keys[1]] }, [CountBy.State]))]);
    }
}

/// <summary>Power that has to be deployed by a day.</summary>
/// <param name="DueMs">The day, UTC milliseconds.</param>
/// <param name="Watts">Cumulated, W, at the boundary of the programme's terms.</param>
public sealed record MilestoneRow(long DueMs, double Watts);

/// <summary>An operator, tenant, owner or vendor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its name in full.</param>
/// <param name="Roles">What it is here.</param>
/// <param name="Note">A remark.</param>
public sealed record OrganisationRow(string Name, string? Title, IReadOnlyList<string> Roles, string? Note);
