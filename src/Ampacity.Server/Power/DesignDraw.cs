using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What racks draw by their SKUs' design claims.</summary>
public static class DesignDraw
{
    /// <summary>Design draw by node ordinal, W; NaN where a node is no rack or its SKU claims nothing.</summary>
    public static double[] Of(FleetGraph graph, SkuCatalogue catalogue)
    {
        var draw = new double[graph.NodeCount];
        Array.Fill(draw, double.NaN);
        for (var node = 0; node < draw.Length; node++)
        {
            if (graph.BuildOf(node) is { } build && catalogue[build.Sku].DesignWatts is { } watts)
            {
                draw[node] = watts.Value;
            }
        }

        return draw;
    }
}
