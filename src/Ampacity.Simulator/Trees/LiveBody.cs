using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>
/// A resource as UTF-8 with holes: everything that all BMCs of a kind share is written once, and an answer is copies of stretches with live
/// values between them.
/// </summary>
/// <remarks>
/// In the stored JSON a hole is a string of U+0001 and its number, which no other text may begin with; so bodies can be parsed, expanded and
/// cut like any JSON and be made live again. Immutable, any thread.
/// </remarks>
internal sealed class LiveBody
{
    /// <summary>What a hole begins with.</summary>
    public const char Mark = '\u0001';

    /// <summary>How resources are written: only what JSON demands is escaped.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly System.Buffers.SearchValues<char> SchemaLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._");

    // Longest value of a hole: a text of 256 characters, each escaped as six.
    private const int MaxHoleBytes = 1_600;
    private const int UsualHoleBytes = 64;

    private readonly byte[] _marked;
    private readonly Stretch[] _holes;
    private uint _stateTag;
    private string? _link;

    private LiveBody(byte[] marked, Stretch[] holes)
    {
        _marked = marked;
        _holes = holes;
    }

    private readonly record struct Stretch(int Start, int End, LiveHole Hole);

    /// <summary>Whether anything in it differs between BMCs or instants.</summary>
    public bool IsLive => _holes.Length > 0;

    /// <summary>Bytes that it occupies.</summary>
    public long Bytes => _marked.Length + (24L * _holes.Length) + 64;

    /// <summary>Finds the holes in JSON.</summary>
    public static LiveBody Of(byte[] marked, IReadOnlyList<LiveHole> holes)
    {
        ReadOnlySpan<byte> begin = "\"\\u0001"u8;
        var found = new List<Stretch>();
        for (var at = 0; ;)
        {
            var next = marked.AsSpan(at).IndexOf(begin);
            if (next < 0)
            {
                return new LiveBody(marked, [.. found]);
            }

            var start = at + next;
            var digits = marked.AsSpan(start + begin.Length);
            if (Utf8Parser.TryParse(digits, out int number, out var length) && length < digits.Length && digits[length] == (byte)'"' && number >= 0 && number < holes.Count)
            {
                found.Add(new Stretch(start, start + begin.Length + length + 1, holes[number]));
            }

            at = start + begin.Length;
        }
    }

    public static LiveBody Of(JsonNode? marked, IReadOnlyList<LiveHole> holes) =>
        Of(marked is null ? "null"u8.ToArray() : Encoding.UTF8.GetBytes(marked.ToJsonString(Plain)), holes);

    /// <summary>A tag of everything in it that is not live: it changes when somebody sets something, not when a reading does.</summary>
    public uint StateTag()
    {
        if (_stateTag == 0)
        {
            using var buffer = new Utf8Buffer();
            buffer.Append(_marked);
            _stateTag = unchecked((uint)buffer.Tag()) | 1;
        }

        return _stateTag;
    }

    /// <summary>The Link header that names its schema (DSP0266); empty when it has no type.</summary>
    public string Link => _link ??= LinkOf(_marked);

    /// <summary>The Link header for a resource.</summary>
    public static string LinkOf(ReadOnlySpan<byte> resource)
    {
        // #Chassis.v1_22_0.Chassis is described by Chassis.v1_22_0.json, #ChassisCollection.ChassisCollection by ChassisCollection.json.
        var type = TypeOf(resource).TrimStart('#');
        var end = type.LastIndexOf('.');
        return end > 0 && type.AsSpan(0, end).IndexOfAnyExcept(SchemaLetters) < 0 ? $"<http://redfish.dmtf.org/schemas/v1/{type[..end]}.json>; rel=describedby" : "";
    }

    /// <summary>The body with its marks, to be changed and made live again.</summary>
    public JsonNode? Parse() => JsonNode.Parse(_marked);

    /// <summary>The same as an object; null for what is none, and for one that says a property twice, which cannot be taken apart.</summary>
    public JsonObject? ParseObject()
    {
        try
        {
            return Parse() is JsonObject { Count: >= 0 } resource ? resource : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string TypeOf(ReadOnlySpan<byte> resource)
    {
        var reader = new Utf8JsonReader(resource);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("@odata.type"u8))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : "";
            }
        }

        return "";
    }

    /// <summary>Writes the body as it is at an instant.</summary>
    public void Write(in Moment moment, Utf8Buffer to)
    {
        var at = 0;
        foreach (ref readonly var stretch in _holes.AsSpan())
        {
            to.Append(_marked.AsSpan(at, stretch.Start - at));
            Fill(stretch.Hole, stretch.Start, in moment, to);
            at = stretch.End;
        }

        to.Append(_marked.AsSpan(at));
    }

    private static void Fill(LiveHole hole, int key, in Moment moment, Utf8Buffer to)
    {
        switch (hole.Form)
        {
            case HoleForm.Number:
                Number(Saturated(hole, in moment), hole.Decimals, to);
                break;
            case HoleForm.QuotedNumber:
                var value = Saturated(hole, in moment);
                to.Append("\""u8);
                if (double.IsFinite(value) && !Meets(moment.Behaviour.NanShare, key, in moment))
                {
                    Number(value, hole.Decimals, to);
                }
                else
                {
                    to.Append("nan"u8);
                }

                to.Append("\""u8);
                break;
            case HoleForm.Text:
                Text(hole.Wording!(in moment), to);
                break;
            case HoleForm.Time:
                Time(moment.At, to);
                break;
            case HoleForm.StaleFlag:
                to.Append(moment.Self.Conditions.StaleSince is not null || Meets(moment.Behaviour.StaleShare, key, in moment) ? "true"u8 : "false"u8);
                break;
            default:
                throw new InvalidOperationException($"Bug: no way to write {hole.Form}");
        }
    }

    // Counters of 32 bits stay at their end, as NVLink's TXWait does.
    private static double Saturated(LiveHole hole, in Moment moment)
    {
        var value = hole.Reading!(in moment);
        return moment.Behaviour.SaturatingCounters && hole.Decimals == 0 && value > uint.MaxValue ? uint.MaxValue : value;
    }

    // The same values of a BMC always.
    private static bool Meets(double share, int key, in Moment moment) => share > 0 && moment.Self.Share(20_000_000 + key) < share;

    private static void Number(double value, int decimals, Utf8Buffer to)
    {
        if (!double.IsFinite(value))
        {
            to.Append("null"u8);
            return;
        }

        var room = to.Room(UsualHoleBytes);
        ReadOnlySpan<char> format = decimals switch { 0 => "F0", 1 => "F1", 2 => "F2", 3 => "F3", _ => "F6" };
        if (!value.TryFormat(room, out var written, format, CultureInfo.InvariantCulture))
        {
            value.TryFormat(room, out written, "R", CultureInfo.InvariantCulture);
        }

        to.Advance(written);
    }

    private static void Text(string? text, Utf8Buffer to)
    {
        if (text is null)
        {
            to.Append("null"u8);
            return;
        }

        var encoded = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text.Length <= 256 ? text : text[..256]);
        to.Append("\""u8);
        to.Advance(Encoding.UTF8.GetBytes(encoded, to.Room(MaxHoleBytes)));
        to.Append("\""u8);
    }

    /// <summary>Writes an instant with milliseconds, in quotes.</summary>
    public static void Time(DateTimeOffset time, Utf8Buffer to)
    {
        to.Append("\""u8);
        time.TryFormat(to.Room(UsualHoleBytes), out var written, "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        to.Advance(written);
        to.Append("\""u8);
    }
}
