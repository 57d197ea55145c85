using System.Text.Json;
using Ampacity.Sql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/v1/sql</c>: one SELECT over samples and inventory, for whoever sees the whole fleet.</summary>
internal static class SqlEndpoints
{
    private const int UsualRows = 10_000;

    // A statement of 65,536 characters, escaped as JSON, with room to say that it is too long.
    private const int MaxBodyBytes = 1 << 20;

    private const string WholeOnly = "SQL sees the whole fleet, so it is for those who may.";

    public static void MapSql(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/sql", RunAsync).WithTags("SQL").WithName("RunSql").WithSummary("Answers one SELECT; nothing can be changed")
            .Accepts<SqlRequest>("application/json").Produces<SqlResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);
        routes.MapGet("/api/v1/sql/tables", Tables).WithTags("SQL").WithName("ListSqlTables").WithSummary("What SQL can select from")
            .Produces<IReadOnlyList<SqlTableRow>>().ProducesProblem(403);
    }

    private static IResult Tables(HttpContext context, FleetTables tables) => FleetRequest.RefuseNarrowed(context, WholeOnly) ?? Results.Ok(
        tables.Now().Select(table => new SqlTableRow(table.Name, FleetTables.Call(table), table.Meaning, [.. table.Columns.Select(column => column.Name)])));

    private static async Task<IResult> RunAsync(HttpContext context, SqlEngine engine, FleetTables tables)
    {
        if (FleetRequest.RefuseNarrowed(context, WholeOnly) is { } refused)
        {
            return refused;
        }

        if (context.Request.ContentLength > MaxBodyBytes)
        {
            return Results.Problem($"A statement has at most {engine.Limits.MaxStatementChars} characters.", statusCode: StatusCodes.Status413PayloadTooLarge, title: "Too long");
        }

        if (!context.Request.HasJsonContentType())
        {
            return Results.Problem(
                "Send JSON such as {\"statement\": \"SELECT * FROM tables\"}, with Content-Type application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Not JSON");
        }

        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            var request = await context.Request.ReadFromJsonAsync<SqlRequest>(RestJson.Options, context.RequestAborted);
            if (request?.Statement is not { } statement || request.MaxRows < 0)
            {
                return Problems.BadRequest("statement is missing, or maxRows is below 0: send JSON such as {\"statement\": \"SELECT * FROM tables\", \"maxRows\": 100}.");
            }

            var answer = await engine.RunAsync(statement, request.MaxRows ?? UsualRows, tables.Now(), context.RequestAborted);
            return Results.Stream(output => WriteAsync(answer, output, context.RequestAborted), "application/json");
        }
        catch (JsonException error)
        {
            return Problems.BadRequest($"The body is no JSON of this form: {error.Message}");
        }
        catch (SqlRefusedException error)
        {
            return Results.Problem(error.Message, statusCode: StatusOf(error.Refusal), title: "The statement is refused");
        }
    }

    private static async Task WriteAsync(SqlAnswer answer, Stream output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, PrometheusJson.Options);
        json.WriteStartObject();
        json.WriteStartArray("columns"u8);
        foreach (var (name, type) in answer.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("type"u8, type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("rows"u8);
        json.WriteRawValue(answer.RowsJson.Span, skipInputValidation: true);
        json.WriteNumber("rowCount"u8, answer.RowCount);
        json.WriteBoolean("isCut"u8, answer.IsCut);
        json.WriteNumber("elapsedMs"u8, Math.Round(answer.ElapsedMs, 1));
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static int StatusOf(SqlRefusal refusal) => refusal switch
    {
        SqlRefusal.Statement => StatusCodes.Status400BadRequest,
        SqlRefusal.Limit => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}

/// <summary>What is asked.</summary>
/// <param name="Statement">One SELECT.</param>
/// <param name="MaxRows">Most rows of the answer; 10,000 where it is left out, a million at most.</param>
internal sealed record SqlRequest(string? Statement, int? MaxRows = null);

/// <summary>The answer, as it is described; it is written without being made.</summary>
/// <param name="Columns">Name and DuckDB's type of each column.</param>
/// <param name="Rows">Rows, an array each: numbers, texts, booleans, null; instants are RFC 3339.</param>
/// <param name="RowCount">How many.</param>
/// <param name="IsCut">Whether there were more than <c>maxRows</c>.</param>
/// <param name="ElapsedMs">How long it took, milliseconds.</param>
public sealed record SqlResponse(IReadOnlyList<SqlColumnRow> Columns, IReadOnlyList<IReadOnlyList<JsonElement>> Rows, int RowCount, bool IsCut, double ElapsedMs);

/// <summary>A column of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">DuckDB's type.</param>
public sealed record SqlColumnRow(string Name, string Type);

/// <summary>Something to select from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Call">How it is written in a statement.</param>
/// <param name="Meaning">What it holds.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record SqlTableRow(string Name, string Call, string Meaning, IReadOnlyList<string> Columns);
