using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>What faults merge into the answer of one request.</summary>
internal sealed record AnswerMerges(IReadOnlyList<FaultRule> Rules)
{
    /// <summary>A body with all of it merged (RFC 7396: null takes a property away).</summary>
    public LiveBody Into(LiveBody body, BmcResources resources)
    {
        if (body.ParseObject() is not { } resource)
        {
            return body;
        }

        foreach (var rule in Rules)
        {
            Merge(resource, rule.Merge!);
        }

        return resources.Live(resource);
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject inner when target[name] is JsonObject deeper:
                    Merge(deeper, inner);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }
}
