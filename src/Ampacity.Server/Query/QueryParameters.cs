using System.Globalization;
using Ampacity.PromQL;
using Ampacity.Samples;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ampacity.Server;

/// <summary>Parameters of a Prometheus API request, from its query string and, when posted, its form; the form wins.</summary>
internal sealed class QueryParameters(IQueryCollection query, IFormCollection? form)
{
    /// <summary>Most characters of one parameter's text are the parser's; of a number or time, this.</summary>
    private const int MaxNumberLength = 64;

    /// <exception cref="QueryRefusedException">The form cannot be read.</exception>
    public static async ValueTask<QueryParameters> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return new QueryParameters(request.Query, null);
        }

        try
        {
            return new QueryParameters(request.Query, await request.ReadFormAsync(cancellationToken));
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            throw new QueryRefusedException($"error parsing form values: {error.Message}");
        }
    }

    public string? Text(string name) => All(name) is { Count: > 0 } values ? values[0] : null;

    public StringValues All(string name) => form is not null && form.TryGetValue(name, out var posted) ? posted
        : query.TryGetValue(name, out var value) ? value : default;

    /// <exception cref="QueryRefusedException">Missing, or no PromQL.</exception>
    public (Expression Expression, string Text) Expression()
    {
        var text = Text("query") ?? "";
        try
        {
            return (PromQLParser.Parse(text), text);
        }
        catch (PromQLSyntaxException error)
        {
            throw QueryRefusedException.Parameter("query", error.Message);
        }
    }

    /// <exception cref="QueryRefusedException">No time, or missing without a default.</exception>
    public long TimeMs(string name, long? defaultMs = null)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return defaultMs ?? throw QueryRefusedException.Parameter(name, "cannot parse \"\" to a valid timestamp");
        }

        // What Go's clients send for "from the first" and "to the last" (prometheus/prometheus web/api/v1, MinTime and MaxTime).
        if (text is "-292273086-05-16T16:47:06Z" or "-9223372036854775.808")
        {
            return 0;
        }

        if (text is "292277025-08-18T07:12:54.999999999Z" or "9223372036854775.807")
        {
            return DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        }

        return text.Length <= MaxNumberLength && TimeText.TryParse(text, out var atMs)
            ? atMs
            : throw QueryRefusedException.Parameter(name, $"cannot parse \"{Shown(text)}\" to a valid timestamp");
    }

    /// <summary>A duration in milliseconds, written as seconds or as <c>5m</c>; null where it is not given.</summary>
    /// <exception cref="QueryRefusedException">No duration.</exception>
    public long? DurationMs(string name)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length <= MaxNumberLength)
        {
            if (DurationText.TryParse(text, out var durationMs))
            {
                return durationMs;
            }

            // 292 years, Go's longest duration.
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 9_223_372_036)
            {
                return (long)(seconds * 1000);
            }
        }

        throw QueryRefusedException.Parameter(name, $"cannot parse \"{Shown(text)}\" to a valid duration");
    }

    /// <summary>Most results; 0 means no limit.</summary>
    /// <exception cref="QueryRefusedException">No number, or below zero.</exception>
    public int Limit()
    {
        var text = Text("limit");
        return string.IsNullOrEmpty(text) ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit
            : throw QueryRefusedException.Parameter("limit", $"\"{Shown(text)}\" is not a number of results");
    }

    /// <summary>A count that may be zero; null where it is not given or negative, which Prometheus takes for no limit.</summary>
    /// <exception cref="QueryRefusedException">No whole number.</exception>
    public int? Count(string name)
    {
        var text = Text(name);
        return string.IsNullOrEmpty(text) ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count < 0 ? null : count
            : throw QueryRefusedException.Parameter(name, $"\"{Shown(text)}\" is not a whole number");
    }

    /// <summary>The series selectors of <c>match[]</c>, each a list of matchers.</summary>
    /// <exception cref="QueryRefusedException">One is no selector, or there are more than 100.</exception>
    public IReadOnlyList<IReadOnlyList<Matcher>> Matches()
    {
        var texts = All("match[]");
        if (texts.Count > 100)
        {
            throw QueryRefusedException.Parameter("match[]", $"{texts.Count} selectors are more than the 100 that one request may have");
        }

        try
        {
            return [.. texts.Select(text => PromQLParser.ParseSelector(text ?? ""))];
        }
        catch (PromQLSyntaxException error)
        {
            throw QueryRefusedException.Parameter("match[]", error.Message);
        }
    }

    internal static string Shown(string text) => text.Length <= MaxNumberLength ? text : text[..MaxNumberLength] + "…";
}
