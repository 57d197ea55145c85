using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The <c>bindings</c> section.</summary>
internal static class BindingSection
{
    public static ImmutableArray<DeclaredBinding> Read(DataNode? node, Func<string, string?> selectorHint, FileErrors errors)
    {
        var bindings = ImmutableArray.CreateBuilder<DeclaredBinding>();
        foreach (var rule in node?.Items ?? [])
        {
            var match = rule["match"]!;
            if (selectorHint(match.Text) is { } hint)
            {
                errors.Add(match, "bad-selector", hint);
            }

            if (rule["asset"] is null && rule["place"] is null)
            {
                errors.Add(rule, "asset-or-place", "the rule binds to nothing; write asset, place or both");
            }

            IdentifierKind? by = rule["asset"]?["by"] is { } kind ? Enum.Parse<IdentifierKind>(kind.Text, ignoreCase: true) : null;
            bindings.Add(new(bindings.Count, match.Text, by, rule["asset"]?["from"]?.Text, rule["place"]?.Text, rule.Line));
        }

        return bindings.ToImmutable();
    }

    /// <summary>What can be said of a selector without its parser.</summary>
    public static string? OuterForm(string selector) => selector.Contains('{') && selector.TrimEnd().EndsWith('}')
        ? null
        : $"'{selector}' is no selector; write one in braces and quote it, such as '{{job=\"dcgm\"}}'";
}
