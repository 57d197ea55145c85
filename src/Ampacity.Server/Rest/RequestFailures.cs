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
            BadHttpRequestException bad => Results.Problem(
                bad.InnerException is { } cause ? $"{bad.Message} {cause.Message}" : bad.Message,
                statusCode: bad.StatusCode, title: "The request cannot be read"),
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

    /// <summary>Kestrel's own refusals, such as a body over its limit, keep their status.</summary>
    public static int StatusOf(Exception exception) =>
        exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
}
