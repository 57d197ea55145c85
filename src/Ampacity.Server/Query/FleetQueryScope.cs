using Ampacity.Samples;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Translates the places that a caller may see into the series that it may read.</summary>
internal sealed class FleetQueryScope(CurrentFleet fleet, StoredSeries stored) : IQueryScope
{
    public async ValueTask<SeriesScope> ScopeOfAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var nowMs = fleet.NowMs;
        return await stored.ScopeOfAsync(FleetRequest.ScopeOf(context), fleet.Timeline.At(nowMs), cancellationToken);
    }
}
