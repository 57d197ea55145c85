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
