using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A contract to deploy power.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Terms">What it promises.</param>
/// <param name="Milestones">Power by day, rising in both.</param>
/// <param name="Note">A remark.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredProgramme(
    string Name, ProgrammeTermsFact Terms, ImmutableArray<DeclaredMilestone> Milestones, string? Note, int Line);

/// <summary>Power that is due by a day.</summary>
/// <param name="Day">The day, <c>yyyy-MM-dd</c>.</param>
/// <param name="Fact">Its instant and the cumulated power.</param>
public readonly record struct DeclaredMilestone(string Day, MilestoneFact Fact);

/// <summary>An operator, tenant, owner or vendor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fact">Its title and roles.</param>
/// <param name="Note">A remark.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredOrganisation(string Name, OrganisationFact Fact, string? Note, int Line);

/// <summary>A part of a hall's capacity as contracted.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Fact">Power and days.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredTranche(string Name, TrancheFact Fact, int Line);
