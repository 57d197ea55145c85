using Ampacity.Samples;
using Ampacity.Topology;
using Ampacity.Tsdb;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Translates the places that a caller may see into the series that it may read.</summary>
internal sealed class FleetQueryScope(CurrentFleet fleet, SampleStore store) : IQueryScope
{
    public async ValueTask<SeriesScope> ScopeOfAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var nowMs = fleet.NowMs;
        return await SeriesScopes.TranslateAsync(
            FleetRequest.ScopeOf(context), fleet.Timeline.At(nowMs), store, long.MaxValue, cancellationToken);
    }
}
