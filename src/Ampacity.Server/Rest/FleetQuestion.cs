using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Topology;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>A question about the inventory: which fleet, seen by whom, as of when; with the parameters that it brought.</summary>
/// <param name="Context">The request.</param>
/// <param name="View">What the asker sees.</param>
/// <param name="AtMs">The instant asked about, UTC milliseconds.</param>
/// <param name="Frame">Newest readings; null where the question is about another time, or wants none.</param>
internal sealed record FleetQuestion(HttpContext Context, FleetView View, long AtMs, LiveFrame? Frame)
{
    /// <summary>Most values of one list parameter.</summary>
    private const int ValuesMax = 200;

    private static readonly string[] Always = ["asOf", "knownAt"];

    /// <summary>The graph behind the view.</summary>
    public FleetGraph Graph => View.Graph;

    /// <summary>
    /// Reads a question. The error is to be answered as it is: 400 for a parameter that is not known or cannot be read, 304 where the
    /// asker has the answer.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="fleet">The inventory.</param>
    /// <param name="live">Where readings come from; null if the answer holds none.</param>
    /// <param name="known">Parameters beside <c>asOf</c> and <c>knownAt</c>.</param>
    public static async Task<(FleetQuestion? Question, IResult? Error)> ReadAsync(
        HttpContext context, CurrentFleet fleet, LiveFleet? live, params string[] known)
    {
        if (RefuseUnknown(context, [.. known, .. Always]) is { } unknown)
        {
            return (null, unknown);
        }

        // The timeline is taken before the view: the tag may then be too old for the answer, never too new.
        var timeline = fleet.Timeline;
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return (null, error);
        }

        _ = FleetRequest.TryTime(context, "asOf", out var asOfMs);
        _ = FleetRequest.TryTime(context, "knownAt", out var knownAtMs);
        var atMs = asOfMs ?? fleet.NowMs;
        var frame = live is null ? null : FleetRequest.FrameFor(context, live);
        var dated = asOfMs is not null || knownAtMs is not null || timeline.NextBoundaryAfter(atMs) != long.MaxValue;
        var tag = RevisionTag.Of(view.Graph.Revision, dated ? knownAtMs is null ? view.Graph.AsOfMs : atMs : null, frame?.AtMs);
        return RevisionTag.IsKnown(context, tag)
            ? (null, Results.StatusCode(StatusCodes.Status304NotModified))
            : (new FleetQuestion(context, view, atMs, frame), null);
    }

    /// <summary>
    /// The refusal of a parameter that an address does not take; null if it takes all that came. A filter whose name was misspelt would
    /// otherwise answer the whole fleet.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="known">Every parameter that the address takes.</param>
    public static IResult? RefuseUnknown(HttpContext context, params string[] known) =>
        context.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? Problems.BadRequest($"'{Short(unknown)}' is no parameter of {context.Request.Path}; it takes {(known.Length == 0 ? "none" : string.Join(", ", known))}.")
            : null;

    /// <summary>A parameter's text, or null if it is absent or empty.</summary>
    public string? Text(string name) => Context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A parameter's values, with commas or repeated; empty if it is absent.</summary>
    /// <exception cref="QuestionException">There are too many.</exception>
    public string[] Values(string name)
    {
        string[] values = [.. Context.Request.Query[name]
            .SelectMany(text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return values.Length <= ValuesMax ? values : throw new QuestionException($"{name} takes at most {ValuesMax} values, not {values.Length}.");
    }

    /// <summary>A yes-or-no parameter.</summary>
    /// <exception cref="QuestionException">It says something else.</exception>
    public bool Flag(string name) => Text(name) is not { } text ? false
        : bool.TryParse(text, out var flag) ? flag
        : throw new QuestionException($"{name} is true or false, not '{Short(text)}'.");

    /// <summary>A whole number within limits.</summary>
    /// <exception cref="QuestionException">It is none, or outside.</exception>
    public int Number(string name, int unsaid, int least, int most) => Text(name) is not { } text ? unsaid
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new QuestionException(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least:N0} to {most:N0}, not '{Short(text)}'."));

    /// <summary>The place that a parameter names.</summary>
    /// <exception cref="QuestionException">It names none, or it is absent.</exception>
    public StableKey Place(string name)
    {
        var path = Text(name) ?? throw new QuestionException($"{name} names a place by its path.");
        return View.TryFind(path, out var key) ? key : throw QuestionException.Missing(path);
    }

    /// <summary>A page of rows about this fleet.</summary>
    public Page<T> Page<T>(IReadOnlyList<T> items, string? next = null) => new(items, next, AtMs, Graph.Revision.ToString());

    /// <summary>Answers; what cannot be read or found becomes its problem.</summary>
    public static IResult Answer(Func<IResult> answer)
    {
        try
        {
            return answer();
        }
        catch (QuestionException error)
        {
            return error.IsMissing
                ? Problems.NotFound(error.Message, "GET /api/fleet/v1/places, or `ampacity tree`, lists what is there; `ampacity find` searches.")
                : Problems.BadRequest(error.Message);
        }
    }

    /// <summary>The rest of an address as it was meant: a slash that a client escaped stays escaped in a route.</summary>
    public static string Unslashed(string rest) => rest.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>A text of the asker's, short enough for an error.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

/// <summary>A question cannot be read, or asks about what is not there.</summary>
internal sealed class QuestionException(string message, bool isMissing = false) : Exception(message)
{
    /// <summary>Whether the answer is 404, the message then being what is missing; else 400.</summary>
    public bool IsMissing { get; } = isMissing;

    /// <summary>Nothing of this name is there, or in scope.</summary>
    public static QuestionException Missing(string what) => new(FleetQuestion.Short(what), isMissing: true);
}
