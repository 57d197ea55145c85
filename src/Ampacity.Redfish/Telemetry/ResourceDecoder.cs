using System.Text;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>What one body gave.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Readings">Values taken.</param>
/// <param name="Skipped">Values beyond a limit.</param>
/// <param name="Error">Empty, or why the rest of the body could not be read; what came before it was taken.</param>
/// <param name="ReportTimeMs">A report's own time in UTC milliseconds by the BMC's clock, or <see cref="MetricReadings.NoTime"/>.</param>
public readonly record struct DecodeResult(ResourceKind Kind, int Readings, int Skipped, string Error, long ReportTimeMs = MetricReadings.NoTime);

/// <summary>
/// Reads the values of a body into columns in one pass: a report, a sensor, the metrics of a part, the older Power and Thermal, or a
/// collection with its members in it. What a value means is worked out once for each property, by <see cref="ValueMapper"/>.
/// </summary>
/// <remarks>
/// One thread at a time; reused from body to body, for any BMC. No allocation once the properties of a body are known. An excerpt that
/// names its sensor is that sensor's value, so one reading is one property wherever it is read.
/// </remarks>
public sealed partial class ResourceDecoder
{
    // Guessed: the largest captured body of one resource has 1,100 numbers; a chassis with 500 sensors in one answer is taken member by member.
    private const int MaxLeaves = 8_192;
    private const int MaxArenaBytes = 1024 * 1024;

    private readonly int _maxDepth;
    private readonly byte[] _asked = new byte[MetricPropertyTable.MaxNameBytes];
    private byte[] _arena = new byte[4_096];
    private int _arenaUsed;
    private byte[] _pointer = new byte[MetricPropertyTable.MaxNameBytes];
    private int _pointerLength;
    private Leaf[] _leaves = new Leaf[64];
    private int _leafCount;
    private Place[] _places = new Place[16];
    private int _placeCount;
    private ResourceKind _kind;
    private Slice _id;
    private int _skipped;
    private long _reportTimeMs;

    /// <param name="maxDepth">Deepest nesting.</param>
    public ResourceDecoder(int maxDepth = 64) => _maxDepth = maxDepth;

    /// <summary>Appends the values of a body.</summary>
    /// <param name="body">UTF-8 JSON, hostile or not.</param>
    /// <param name="path">The path that was asked for, without its query: what the body calls itself differs on some BMCs.</param>
    /// <param name="properties">Numbers of the properties.</param>
    /// <param name="into">Columns.</param>
    public DecodeResult Decode(ReadOnlySpan<byte> body, string path, MetricPropertyTable properties, MetricReadings into)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = _maxDepth });
        var before = into.Count;
        (_skipped, _reportTimeMs, _kind) = (0, MetricReadings.NoTime, ResourceKind.Other);
        var cursor = PropertyCursor.Begin;
        var error = "";
        try
        {
            if (!Encoding.UTF8.TryGetBytes(path, _asked, out var length))
            {
                return new DecodeResult(ResourceKind.Other, 0, 0, "the path is too long");
            }

            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new DecodeResult(ResourceKind.Other, 0, 0, "the body is not a JSON object");
            }

            TakeResource(ref reader, body, _asked.AsSpan(0, length), isTop: true, properties, into, ref cursor);
        }
        catch (JsonException e)
        {
            error = e.Message;
        }
        catch (InvalidOperationException)
        {
            error = FormattableString.Invariant($"text that is not Unicode, before byte {reader.BytesConsumed}");
        }

        return new DecodeResult(_kind, into.Count - before, _skipped, error, _reportTimeMs);
    }

    // The reader stands at the opening brace, and afterwards at the closing one.
    private void TakeResource(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ReadOnlySpan<byte> asked, bool isTop,
        MetricPropertyTable properties, MetricReadings into, ref PropertyCursor cursor)
    {
        (_arenaUsed, _pointerLength, _leafCount, _placeCount, _entryCount) = (0, 0, 0, 0, 0);
        var kind = ResourceKind.Other;
        (_id, var place) = (default, AddPlace(-1));
        var members = false;
        var isTyped = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("@odata.type"u8))
            {
                reader.Read();
                isTyped = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;
                kind = isTyped ? ResourceKinds.OfType(reader.ValueSpan) : kind;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("@odata.id"u8))
            {
                reader.Read();
                _id = SliceOf(ref reader, body);
            }
            else if (isTop && reader.ValueTextEquals("Members"u8))
            {
                reader.Read();
                members = reader.TokenType == JsonTokenType.StartArray;
                TakeMembers(ref reader, body, properties, into, ref cursor);
                (_leafCount, _placeCount) = (0, 0); // a collection has no values of its own
                place = AddPlace(-1);
            }
            else if (reader.ValueTextEquals("MetricValues"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    kind = ResourceKind.MetricReport;
                    _skipped += MetricReportParser.TakeValues(ref reader, properties, into);
                }

                reader.Skip();
            }
            else if (kind == ResourceKind.MetricReport && reader.ValueTextEquals("Timestamp"u8))
            {
                reader.Read();
                _reportTimeMs = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time.ToUnixTimeMilliseconds() : _reportTimeMs;
                reader.Skip();
            }
            else
            {
                TakeMember(ref reader, body, place, depth: 0);
            }
        }

        var name = isTop || _id.Length == 0 ? asked : TextOf(_id, body);
        if (kind == ResourceKind.Other && !isTyped && !members && _leafCount > 0)
        {
            kind = ResourceKinds.OfPath(Encoding.UTF8.GetString(name));
        }

        if (isTop)
        {
            _kind = members ? ResourceKind.Collection : kind;
        }

        // What is to be after the next reset is not what is.
        if (kind is not (ResourceKind.Collection or ResourceKind.MetricReport) && !name.EndsWith("/Settings"u8) && !name.EndsWith("/SD"u8))
        {
            Emit(kind, name, body, properties, into, ref cursor);
        }
    }

    private void TakeMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, MetricPropertyTable properties, MetricReadings into, ref PropertyCursor cursor)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                TakeResource(ref reader, body, [], isTop: false, properties, into, ref cursor);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void Emit(
        ResourceKind kind, ReadOnlySpan<byte> path, ReadOnlySpan<byte> body, MetricPropertyTable properties, MetricReadings into, ref PropertyCursor cursor)
    {
        if (path.IsEmpty)
        {
            _skipped += _leafCount; // a member without an id cannot be told from the next
            return;
        }

        var (of, ofKind) = (0, kind);
        var ofPath = path;
        var rank = RankOf(kind, path);
        for (var i = 0; i < _leafCount; i++)
        {
            ref readonly var leaf = ref _leaves[i];
            ref readonly var place = ref _places[leaf.Place];
            if (place.Resource != of)
            {
                // A resource within the resource, as $expand gives it: its values are its own.
                of = place.Resource;
                ofKind = of == 0 ? kind : _places[of].Kind;
                ofPath = of == 0 ? path : TextOf(_places[of].Id, body);
                rank = RankOf(ofKind, ofPath);
            }

            if (ofKind is ResourceKind.Other or ResourceKind.Collection)
            {
                continue;
            }

            var pointer = _arena.AsSpan(leaf.PointerStart + _places[of].PointerLength, leaf.PointerLength - _places[of].PointerLength);
            var source = place.Source.Length > 0 ? TextOf(place.Source, body) : default;
            var first = ofPath;
            var rest = pointer;
            if (source.StartsWith("/redfish/"u8))
            {
                first = source;
                rest = pointer[^leaf.TailLength..];
            }

            if (rest.EndsWith("/Reading"u8))
            {
                rest = rest[..^"/Reading".Length];
            }

            var index = properties.Resolve(ref cursor, first, rest.IsEmpty ? [] : "#"u8, rest);
            var marks = IsAbsent(leaf.Place) || (_places[leaf.Place].IsOff && pointer.EndsWith("/SetPoint"u8)) ? ReadingMarks.Absent : leaf.Marks;
            if (index < 0 || !into.TryAdd(index, marks == ReadingMarks.Absent ? double.NaN : leaf.Value, MetricReadings.NoTime, marks))
            {
                _skipped++;
                continue;
            }

            Learn(properties.At(index), ofKind, rank, ofPath, pointer, in leaf, body);
        }
    }

    private bool IsAbsent(int place)
    {
        for (; place >= 0; place = _places[place].Parent)
        {
            if (_places[place].IsAbsent)
            {
                return true;
            }
        }

        return false;
    }

    private struct Leaf
    {
        public int PointerStart;
        public int PointerLength;
        public int TailLength; // of the pointer, within its place
        public int Place;
        public double Value;
        public ReadingMarks Marks;
    }

    // An object of the resource: the resource itself, an excerpt, an entry of an array.
    private struct Place
    {
        public int Parent;
        public int Resource; // the place that is the resource this one belongs to
        public ResourceKind Kind;
        public Slice Id;
        public int PointerLength;
        public bool IsAbsent;
        public bool IsOff; // a control that is switched off: its set point is none
        public Slice Source;
        public Slice Name;
        public Slice MemberId;
        public Slice ReadingType;
        public Slice ReadingUnits;
        public Slice PhysicalContext;
        public Slice ElectricalContext;
        public Slice Related;
    }

    // A text of the body, or of the arena where its escapes were undone.
    private readonly record struct Slice(int Start, int Length, bool IsInArena);
}
