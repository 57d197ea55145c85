using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Reads the filters of a list of places.</summary>
internal static class PlaceFilterText
{
    /// <summary>The parameters that it reads.</summary>
    public static readonly string[] Parameters =
        ["kind", "sku", "vendor", "state", "programme", "tenant", "operator", "owner", "tag", "name", "feed", "cdu"];

    /// <summary>Kinds that may be asked for: of nodes, of parts, of what sits there.</summary>
    private static readonly HashSet<string> Kinds = new(
        Enum.GetNames<NodeKind>().Concat(Enum.GetNames<PartKind>()).Concat(Enum.GetNames<SkuKind>()).Where(name => name != nameof(NodeKind.None)),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads them.</summary>
    /// <param name="question">What brought them.</param>
    /// <param name="kinds">Whether <c>kind</c> is a kind of place; an endpoint that lists things reads it itself.</param>
    /// <exception cref="QuestionException">A value is none of its field.</exception>
    public static PlaceFilter Read(FleetQuestion question, bool kinds = true) => new()
    {
        Kinds = kinds ? [.. question.Values("kind").Select(Kind)] : [],
        Skus = [.. question.Values("sku")],
        Vendors = [.. question.Values("vendor")],
        States = [.. question.Values("state").Select(State)],
        Programmes = [.. question.Values("programme")],
        Tenants = [.. question.Values("tenant")],
        Operators = [.. question.Values("operator")],
        Owners = [.. question.Values("owner")],
        Tags = [.. question.Values("tag")],
        Names = [.. question.Values("name").Select(Name)],
        Feeds = [.. question.Values("feed").SelectMany(text => Sources(question, text, "feed", NodeKinds.IsPower))],
        Coolers = [.. question.Values("cdu").SelectMany(text => Sources(question, text, "cdu", NodeKinds.IsCooling))],
    };

    /// <summary>A lifecycle state.</summary>
    /// <exception cref="QuestionException">It is none.</exception>
    public static LifecycleState State(string text) => LifecycleNames.TryParse(text, out var state)
        ? state
        : throw new QuestionException($"'{FleetQuestion.Short(text)}' is no lifecycle state; these are: {string.Join(", ", LifecycleNames.All)}.");

    private static string Kind(string text) => Kinds.Contains(text)
        ? text
        : throw new QuestionException($"'{FleetQuestion.Short(text)}' is no kind; these are: {string.Join(", ", Kinds)}.");

    private static System.Text.RegularExpressions.Regex Name(string text)
    {
        try
        {
            return PlaceFilter.Glob(text);
        }
        catch (ArgumentException error)
        {
            throw new QuestionException($"name: {error.Message}.");
        }
    }

    // By path, or by name wherever it occurs: every hall has its own bw-1a.
    private static List<int> Sources(FleetQuestion question, string text, string field, Func<NodeKind, bool> isOne)
    {
        var graph = question.Graph;
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return question.View.TryFind(text, out var key) && key.Part == 0 && isOne(graph.KindOf(key.Node))
                ? [key.Node]
                : throw new QuestionException($"{field}: there is no such node as {FleetQuestion.Short(text)} in your scope.");
        }

        var named = new List<int>();
        foreach (var node in graph.Places.Order)
        {
            if (isOne(graph.KindOf(node)) && graph.NameOf(node) == text && question.View.Sees(node))
            {
                named.Add(node);
            }
        }

        return named.Count > 0 ? named : throw new QuestionException($"{field}: no node in your scope is named {FleetQuestion.Short(text)}.");
    }
}
