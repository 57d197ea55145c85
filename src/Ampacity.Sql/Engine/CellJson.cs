using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Ampacity.Sql;

/// <summary>
/// Values of DuckDB as JSON. Instants are RFC 3339 in UTC, what is no JSON number (NaN, infinity, whole numbers past 2⁵³) is text, blobs are hexadecimal, lists are arrays,
/// structs and maps objects. Pure.
/// </summary>
internal static class CellJson
{
    // Doubles, which JavaScript reads numbers as, hold whole numbers up to here exactly.
    private const long WholeMax = 1L << 53;

    /// <summary>Deeper, nobody reads it; a list of lists of lists can be made as deep as an expression may be.</summary>
    private const int DepthMax = 32;

    public static void Write(Utf8JsonWriter json, object? value, int depth = 0)
    {
        switch (value)
        {
            case null or DBNull:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case double number:
                WriteNumber(json, number);
                break;
            case float number:
                WriteNumber(json, number);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                WriteWhole(json, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong or BigInteger:
                WriteWhole(json, value is BigInteger big ? big : (ulong)value);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case DateTime at:
                json.WriteStringValue(Instant(at));
                break;
            case DateTimeOffset at:
                json.WriteStringValue(Instant(at.UtcDateTime));
                break;
            case DateOnly day:
                json.WriteStringValue(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case TimeOnly at:
                json.WriteStringValue(at.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));
                break;
            case TimeSpan length:
                json.WriteStringValue(length.ToString("c", CultureInfo.InvariantCulture));
                break;
            case Stream blob:
                WriteBlob(json, blob);
                break;
            case IDictionary pairs:
                WriteObject(json, pairs, depth);
                break;
            case IEnumerable items:
                WriteArray(json, items, depth);
                break;
            case IFormattable other:
                json.WriteStringValue(other.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static string Instant(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
        }
    }

    private static void WriteWhole(Utf8JsonWriter json, BigInteger number)
    {
        if (BigInteger.Abs(number) <= WholeMax)
        {
            json.WriteNumberValue((long)number);
        }
        else
        {
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteBlob(Utf8JsonWriter json, Stream blob)
    {
        using var bytes = new MemoryStream();
        blob.CopyTo(bytes);
        json.WriteStringValue(Convert.ToHexString(bytes.ToArray()));
    }

    private static void WriteObject(Utf8JsonWriter json, IDictionary pairs, int depth)
    {
        Deeper(depth);
        json.WriteStartObject();
        foreach (DictionaryEntry pair in pairs)
        {
            json.WritePropertyName(Convert.ToString(pair.Key, CultureInfo.InvariantCulture) ?? "");
            Write(json, pair.Value, depth + 1);
        }

        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, IEnumerable items, int depth)
    {
        Deeper(depth);
        json.WriteStartArray();
        foreach (var item in items)
        {
            Write(json, item, depth + 1);
        }

        json.WriteEndArray();
    }

    private static void Deeper(int depth)
    {
        if (depth >= DepthMax)
        {
            throw new SqlRefusedException(SqlRefusal.Limit, $"A value is nested more than {DepthMax} deep: cast it to VARCHAR, or select what is in it.");
        }
    }
}
