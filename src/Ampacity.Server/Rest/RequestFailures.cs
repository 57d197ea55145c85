using System.Globalization;
using System.Text.Json;
using Ampacity.Records;
using Ampacity.Samples;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>
/// What a request can end in that its endpoint does not answer itself, as problem+json: a body or parameter that cannot be read, a store
/// that refuses. What is left is a bug: the middleware logs it and answers 500.
/// </summary>
internal sealed class RequestFailures : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var answer = exception switch
        {
            BadHttpRequestException bad => Results.Problem(Words(httpContext, bad), statusCode: bad.StatusCode, title: "The request cannot be read"),
            RecordStoreException or SeriesStoreException => Problems.Unavailable(exception.Message),
            _ => null,
        };
        if (answer is null)
        {
            return false;
        }

        await answer.ExecuteAsync(httpContext);
        return true;
    }

    // The framework's sentences speak of parameters and types of this program ("Implicit body inferred for parameter").
    private static string Words(HttpContext context, BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException cause } => $"The body is no JSON that {context.Request.Path} takes: {Words(cause)}; /openapi/v1.json says what it takes.",
        _ when bad.Message.StartsWith("Implicit body", StringComparison.Ordinal) || bad.Message.StartsWith("Required parameter", StringComparison.Ordinal) =>
            $"{context.Request.Path} takes a body of JSON, and there is none; /openapi/v1.json says what it takes.",
        { InnerException: { } cause } => $"{bad.Message} {cause.Message}",
        _ => bad.Message,
    };

    // Where, and what is wrong there; a value of another kind is told with the type that it does not fit.
    private static string Words(JsonException error)
    {
        var end = error.Message.IndexOf(" Path: ", StringComparison.Ordinal) is var path and >= 0 ? path : error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var what = error.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "a value of another kind"
            : (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
        return string.Create(CultureInfo.InvariantCulture, $"at {(string.IsNullOrEmpty(error.Path) ? "$" : error.Path)}, line {(error.LineNumber ?? 0) + 1}: {what}");
    }

    /// <summary>Kestrel's own refusals, such as a body over its limit, keep their status.</summary>
    public static int StatusOf(Exception exception) =>
        exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
}
