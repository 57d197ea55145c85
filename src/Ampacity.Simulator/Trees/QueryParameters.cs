using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Ampacity.Simulator;

/// <summary>Reads query parameters as a service with given features does.</summary>
internal static class QueryParameters
{
    /// <summary>The question, null when there is none to ask, or why it is refused.</summary>
    /// <param name="text">The query with its question mark.</param>
    /// <param name="features">What the service takes.</param>
    /// <param name="profile">How this platform behaves.</param>
    public static (TreeQuery? Query, int Status, string? Reason) Read(string text, QueryFeatures features, PlatformBehaviour profile)
    {
        var query = new TreeQuery { PageSize = profile.PageSize };
        var asked = profile.PageSize is not null;
        foreach (var (name, values) in QueryHelpers.ParseQuery(text))
        {
            var value = values.ToString();
            switch (name)
            {
                case "$expand" when features.Expand && profile.Expand != ExpandBehaviour.Off:
                    if (Expand(value, features.MaxLevels) is not { } expand)
                    {
                        return (null, 400, $"$expand={value}: write . or ~ or *, with ($levels=1) to ($levels={features.MaxLevels})");
                    }

                    query = query with { Expand = expand.Mode, Levels = expand.Levels, Broken = profile.Expand == ExpandBehaviour.Broken };
                    asked = true;
                    break;
                case "$select" when features.Select:
                    if (value.Length == 0)
                    {
                        return (null, 400, "$select= names no property");
                    }

                    query = query with { Select = value };
                    asked = true;
                    break;
                case "$top" or "$skip":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    {
                        return (null, 400, $"{name}={value} is not a count");
                    }

                    query = name == "$top" ? query with { Top = number } : query with { Skip = number };
                    asked = true;
                    break;
                case "only" when value.Length > 0:
                    return (null, 400, $"only={value}: it takes no value");
                case "only" when features.Only:
                    query = query with { Only = true };
                    asked = true;
                    break;
                case "only" or ['$', ..]:
                    return (null, 501, $"this service does not take the query parameter {name}");
                default:
                    break; // others are to be ignored, says the specification
            }
        }

        if (query.Only && (query.Expand is not null || query.Top is not null || query.Skip > 0))
        {
            return (null, 400, "only goes with no other query parameter");
        }

        return (asked ? query : null, 200, null);
    }

    private static (char Mode, int Levels)? Expand(string value, int maxLevels)
    {
        if (value.Length == 0 || value[0] is not ('.' or '*' or '~'))
        {
            return null;
        }

        if (value.Length == 1)
        {
            return (value[0], 1);
        }

        const string Before = "($levels=";
        var rest = value.AsSpan(1);
        return rest.StartsWith(Before) && rest[^1] == ')' && int.TryParse(rest[Before.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var levels)
            && levels >= 1 && levels <= maxLevels
            ? (value[0], levels)
            : null;
    }
}
