using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>sql</c>: one SELECT over samples and inventory, answered by the server's DuckDB.</summary>
internal static class SqlCommand
{
    // What a person scrolls through; who wants more says so.
    private const int UsualRows = 1000;

    public static Command Make()
    {
        var statement = new Argument<string?>("statement") { Description = "One SELECT; - or nothing reads it from standard input.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file") { Description = "Read the statement from a file.", HelpName = "path" };
        var rows = new Option<int?>("--max-rows") { Description = $"Most rows; {UsualRows} if left out, a million with --csv.", HelpName = "count" };
        var csv = new Option<bool>("--csv") { Description = "Print the rows as CSV." };
        rows.Within(0, int.MaxValue);
        var command = new Command(
            "sql", "Answer one SELECT over samples and inventory; SELECT * FROM tables lists what there is.\n\nExample:  ampacity sql \"SELECT kind, count(*) FROM places GROUP BY kind\"")
        { statement, file, rows, csv };
        command.SetAction(async (arguments, cancel) =>
        {
            var asCsv = arguments.GetValue(csv);
            if (asCsv && arguments.WantsJson())
            {
                throw new RefusedException("--csv and --json are two forms of one answer: give one of them.", null) { Code = CommandRun.Usage };
            }

            var text = Read(arguments.GetValue(statement), arguments.GetValue(file));
            await using var server = await ServerAccess.OpenAsync(arguments.Access(), cancel);
            var asked = new { Statement = text, MaxRows = arguments.GetValue(rows) ?? (asCsv ? 1_000_000 : UsualRows) };
            var answer = await server.SendAsync(HttpMethod.Post, "api/v1/sql", asked, cancel);
            if (arguments.WantsJson())
            {
                Screen.Json(answer);
            }
            else
            {
                Print(answer.Deserialize<SqlResponse>(RestJson.Options)!, asCsv);
            }

            return CommandRun.Done;
        });
        return command;
    }

    private static string Read(string? statement, string? file)
    {
        if (statement is not null and not "-")
        {
            return file is null ? statement
                : throw new RefusedException("The statement stands on the command line or in --file: give one of them.", null) { Code = CommandRun.Usage };
        }

        if (file is not null)
        {
            return TextFile.Read(file);
        }

        if (!Console.IsInputRedirected && statement is null)
        {
            throw new RefusedException("There is no statement: write one, such as \"SELECT * FROM tables\", or name a file with --file.", null) { Code = CommandRun.Usage };
        }

        return Console.In.ReadToEnd();
    }

    private static void Print(SqlResponse answer, bool asCsv)
    {
        string[] names = [.. answer.Columns.Select(column => column.Name)];
        if (asCsv)
        {
            Screen.Line(CsvText.Line(names));
            foreach (var row in answer.Rows)
            {
                Screen.Line(CsvText.Line(row.Select(cell => cell.ValueKind == JsonValueKind.Null ? "" : Text(cell))));
            }
        }
        else
        {
            // What was selected last matters least where not all fits.
            Screen.Fitted(
                [.. answer.Columns.Select((column, i) => (column.Name, i, IsNumber(column.Type)))],
                answer.Rows.Select(row => (IReadOnlyList<string>)[.. row.Select((cell, i) => Shown(cell, answer.Columns[i].Type))]));
            Screen.Note($"{Screen.Count(answer.RowCount)} row{(answer.RowCount == 1 ? "" : "s")} in {answer.ElapsedMs.ToString("0", CultureInfo.InvariantCulture)} ms");
        }

        if (answer.IsCut)
        {
            Screen.Note($"There are more than the {Screen.Count(answer.RowCount)} rows shown: --max-rows gives more.");
        }
    }

    private static bool IsNumber(string type) => type is "TinyInt" or "SmallInt" or "Integer" or "BigInt" or "HugeInt" or "UnsignedTinyInt" or "UnsignedSmallInt" or "UnsignedInteger"
        or "UnsignedBigInt" or "Float" or "Double" or "Decimal";

    private static string Shown(JsonElement cell, string type) => cell.ValueKind switch
    {
        JsonValueKind.Null => "–",
        JsonValueKind.Number when type is "Double" or "Float" => QueryScreen.Number(cell.GetDouble()),
        // A line is a line, whatever a text holds.
        _ => string.Concat(Text(cell).Select(c => char.IsControl(c) ? ' ' : c)),
    };

    private static string Text(JsonElement cell) => cell.ValueKind == JsonValueKind.String ? cell.GetString()! : cell.GetRawText();
}
