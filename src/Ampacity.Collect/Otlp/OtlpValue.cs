using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ampacity.Collect;

/// <summary>Attribute values (opentelemetry.proto.common.v1.AnyValue) as the text of a label.</summary>
internal static class OtlpValue
{
    // Of lists in lists; deeper is hostile or a mistake.
    private const int MostDepth = 8;

    /// <summary>string = 1, bool = 2, int = 3, double = 4, array = 5, kvlist = 6, bytes = 7. Lists become JSON, bytes base64.</summary>
    public static string Text(ReadOnlySpan<byte> value, int offset)
    {
        var (text, isList) = ("", false);
        for (var fields = new ProtobufWalk(value, offset); fields.MoveNext();)
        {
            isList = fields.Field is 5 or 6;
            text = fields.Field switch
            {
                1 => Encoding.UTF8.GetString(Bytes(fields)),
                2 => Number(fields) == 0 ? "false" : "true",
                3 => unchecked((long)Number(fields)).ToString(CultureInfo.InvariantCulture),
                4 => Double(fields).ToString("R", CultureInfo.InvariantCulture),
                7 => Convert.ToBase64String(Bytes(fields)),
                _ => text,
            };
        }

        return isList ? Json(value, offset) : text;
    }

    private static string Json(ReadOnlySpan<byte> value, int offset)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, value, offset, 0);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> value, int offset, int depth)
    {
        if (depth > MostDepth)
        {
            throw new WireFormatException($"attribute lists nested over {MostDepth} deep", offset);
        }

        var written = false;
        for (var fields = new ProtobufWalk(value, offset); fields.MoveNext() && !written;)
        {
            written = true;
            switch (fields.Field)
            {
                case 5:
                    json.WriteStartArray();
                    for (var items = new ProtobufWalk(Bytes(fields), fields.ContentOffset); items.MoveNext();)
                    {
                        Write(json, items.Field == 1 ? Bytes(items) : default, items.ContentOffset, depth + 1);
                    }

                    json.WriteEndArray();
                    break;
                case 6:
                    json.WriteStartObject();
                    for (var items = new ProtobufWalk(Bytes(fields), fields.ContentOffset); items.MoveNext();)
                    {
                        if (items.Field == 1)
                        {
                            var pair = OtlpPair.Read(Bytes(items), items.ContentOffset);
                            json.WritePropertyName(Encoding.UTF8.GetString(pair.Key));
                            Write(json, pair.Value, pair.ValueOffset, depth + 1);
                        }
                    }

                    json.WriteEndObject();
                    break;
                case 2:
                    json.WriteBooleanValue(Number(fields) != 0);
                    break;
                case 3:
                    json.WriteNumberValue(unchecked((long)Number(fields)));
                    break;
                case 4 when double.IsFinite(Double(fields)):
                    json.WriteNumberValue(Double(fields));
                    break;
                case 4:
                    json.WriteStringValue(Double(fields).ToString("R", CultureInfo.InvariantCulture));
                    break;
                case 1:
                    json.WriteStringValue(Encoding.UTF8.GetString(Bytes(fields)));
                    break;
                case 7:
                    json.WriteBase64StringValue(Bytes(fields));
                    break;
                default:
                    written = false;
                    break;
            }
        }

        if (!written)
        {
            json.WriteNullValue();
        }
    }

    private static ReadOnlySpan<byte> Bytes(in ProtobufWalk fields)
    {
        fields.Expect(ProtobufWalk.Bytes);
        return fields.Content;
    }

    private static ulong Number(in ProtobufWalk fields)
    {
        fields.Expect(ProtobufWalk.Varint);
        return fields.Number;
    }

    private static double Double(in ProtobufWalk fields)
    {
        fields.Expect(ProtobufWalk.Fixed64);
        return BitConverter.UInt64BitsToDouble(fields.Number);
    }
}

/// <summary>A key with its value (opentelemetry.proto.common.v1.KeyValue: key = 1, value = 2).</summary>
internal readonly ref struct OtlpPair
{
    public ReadOnlySpan<byte> Key { get; private init; }

    public ReadOnlySpan<byte> Value { get; private init; }

    public int ValueOffset { get; private init; }

    public static OtlpPair Read(ReadOnlySpan<byte> pair, int offset)
    {
        ReadOnlySpan<byte> key = default, value = default;
        var valueOffset = offset;
        for (var fields = new ProtobufWalk(pair, offset); fields.MoveNext();)
        {
            if (fields.Field is 1 or 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                if (fields.Field == 1)
                {
                    key = fields.Content;
                }
                else
                {
                    value = fields.Content;
                    valueOffset = fields.ContentOffset;
                }
            }
        }

        return new OtlpPair { Key = key, Value = value, ValueOffset = valueOffset };
    }
}
