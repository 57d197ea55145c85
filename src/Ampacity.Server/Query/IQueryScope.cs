using Ampacity.Samples;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Says which series the caller of a request may see.</summary>
/// <remarks>Any thread. The seam between who is logged in and what a query reads.</remarks>
public interface IQueryScope
{
    /// <summary>The caller's scope; <see cref="SeriesScope.Nothing"/> for one who may see none.</summary>
    ValueTask<SeriesScope> ScopeOfAsync(HttpContext context, CancellationToken cancellationToken);
}
