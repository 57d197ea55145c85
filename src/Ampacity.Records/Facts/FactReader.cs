using System.Globalization;
using System.Text.Json;
using Ampacity.Fleet;
using Microsoft.Data.Sqlite;

namespace Ampacity.Records;

/// <summary>Turns rows into facts. One read, one thread: equal texts and values of one read share one object.</summary>
internal sealed class FactReader(string filePath)
{
    /// <summary>The columns in the order that <see cref="ReadAll"/> expects.</summary>
    public const string Columns =
        "id, subject_kind, subject_number, key, value, valid_from_ms, valid_to_ms, declared_by, recorded_by, retracted_by";

    // Guessed: enough for the few SKUs, programmes, ratings and owners of a fleet; beyond it texts are simply not shared.
    private const int SharedMax = 8192;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FactValue> _values = new(StringComparer.Ordinal);

    /// <summary>Reads every row of a command.</summary>
    public List<Fact> ReadAll(SqliteCommand command, CancellationToken cancellationToken)
    {
        var facts = new List<Fact>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if ((facts.Count & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var id = rows.GetInt64(0);
            facts.Add(new Fact(
                new FactId(id),
                new Subject((SubjectKind)rows.GetByte(1), rows.GetInt64(2)),
                Text(rows.GetString(3)),
                Value(rows.GetString(4), id),
                new Validity(rows.GetInt64(5), rows.GetInt64(6)),
                Text(rows.GetString(7)),
                new ChangeSetId(rows.GetInt64(8)),
                rows.IsDBNull(9) ? null : new ChangeSetId(rows.GetInt64(9))));
        }

        return facts;
    }

    private string Text(string text)
    {
        if (_texts.TryGetValue(text, out var shared))
        {
            return shared;
        }

        if (_texts.Count < SharedMax)
        {
            _texts.Add(text, text);
        }

        return text;
    }

    private FactValue Value(string json, long id)
    {
        if (_values.TryGetValue(json, out var shared))
        {
            return shared;
        }

        FactValue value;
        try
        {
            value = JsonSerializer.Deserialize(json, FactJson.Value) ?? throw new JsonException("null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new RecordStoreException(
                RecordStoreFailure.Corrupt,
                string.Create(CultureInfo.InvariantCulture, $"{filePath}: the value of fact_{id} cannot be read ({exception.Message}): ")
                    + "it was changed by hand or is damaged: restore the file from a backup",
                exception);
        }

        if (_values.Count < SharedMax)
        {
            _values.Add(json, value);
        }

        return value;
    }
}
