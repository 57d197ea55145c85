using Ampacity.Fleet;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Errors as problem+json (RFC 9457): what was wrong, where, and what to do next.</summary>
internal static class Problems
{
    public static IResult BadRequest(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "The request cannot be read");

    public static IResult Forbidden(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status403Forbidden, title: "Not within your scope");

    public static IResult NotFound(string what, string hint) =>
        Results.Problem($"{what} is not there, or not in your scope. {hint}", statusCode: StatusCodes.Status404NotFound, title: "Not found");

    public static IResult Conflict(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status409Conflict, title: "Somebody else changed it meanwhile");

    public static IResult Unavailable(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Cannot be done now");

    /// <summary>Gives a refusal that no endpoint worded what was wrong and what to do next: an address or method that is not here, a body of another kind.</summary>
    public static void SayWhatNext(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        var path = FleetQuestion.Short(request.Path.Value ?? "/");
        context.ProblemDetails.Detail ??= context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"{path} is no address of this server: /openapi/v1.json lists those of its API, /docs shows them, / is the page.",
            StatusCodes.Status405MethodNotAllowed => $"{FleetQuestion.Short(request.Method)} is not answered at {path}; {AllowedAt(context.HttpContext)}.",
            StatusCodes.Status415UnsupportedMediaType => $"{path} takes a body of another Content-Type than {(string.IsNullOrEmpty(request.ContentType) ? "none" : $"'{FleetQuestion.Short(request.ContentType)}'")}; /openapi/v1.json says which.",
            StatusCodes.Status500InternalServerError => "This is a mistake of the server's own. Its log, on standard error, has the reason under the traceId below; please report it.",
            _ => null,
        };
    }

    private static string AllowedAt(HttpContext context) => context.Response.Headers.Allow.ToString() is { Length: > 0 } allowed
        ? $"it takes {allowed}" : "/openapi/v1.json says what is";

    /// <summary>A file broke rules: each error with its file, line, path, rule and hint.</summary>
    public static IResult Files(IReadOnlyList<FileError> errors) => Results.Problem(
        $"{errors.Count} error{(errors.Count == 1 ? "" : "s")}; nothing was applied.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        title: "The files are not right",
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["errors"] = errors.Select(error => new FileErrorRow(error.File, error.Line, error.Path, error.Rule, error.Hint)).ToArray(),
        });
}

/// <summary>One thing wrong in a file.</summary>
/// <param name="File">File name as sent.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Path">Path in the file.</param>
/// <param name="Rule">Short stable name of the rule.</param>
/// <param name="Hint">What is wrong and what to write instead.</param>
public sealed record FileErrorRow(string File, int Line, string Path, string Rule, string Hint);
