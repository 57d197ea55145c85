using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>A frame as a viewer gets it.</summary>
/// <param name="AtMs">The instant, UTC milliseconds.</param>
/// <param name="OldestMs">Time of the oldest reading that counts; null if none does.</param>
/// <param name="Watts">Measured draw of all racks in scope, each once; null where none was read.</param>
/// <param name="RacksRead">Racks in scope with a reading.</param>
/// <param name="Racks">Racks in scope.</param>
/// <param name="Nodes">What nodes of the kinds asked for carry.</param>
public sealed record LiveEvent(long AtMs, long? OldestMs, double? Watts, int RacksRead, int Racks, IReadOnlyList<LiveNode> Nodes)
{
    internal static LiveEvent Of(LiveFrame frame, LiveAsk ask)
    {
        var graph = frame.Graph;
        var nodes = new List<LiveNode>();
        var (racks, read, watts) = (0, 0, 0.0);
        foreach (var node in graph.Within(FleetRequest.ScopeOf(ask.Scope)).Nodes())
        {
            var kind = graph.KindOf(node);
            if (kind == NodeKind.Rack)
            {
                racks++;
                if (!double.IsNaN(frame.Draw.Watts[node]))
                {
                    read++;
                    watts += frame.Draw.Watts[node];
                }
            }

            if (ask.Has(kind) && !double.IsNaN(frame.CarriedWatts[node]))
            {
                nodes.Add(new LiveNode(graph.PathOf(node), kind, frame.CarriedWatts[node]));
            }
        }

        return new LiveEvent(frame.AtMs, read > 0 ? frame.Draw.OldestMs : null, read > 0 ? watts : null, read, racks, nodes);
    }
}

/// <summary>What a node carries.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Watts">By measured draw and live shares, W.</param>
public sealed record LiveNode(string Path, NodeKind Kind, double Watts);
