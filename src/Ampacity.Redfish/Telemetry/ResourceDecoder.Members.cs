using System.Text;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>What is taken from the members of a resource, and what is walked past.</summary>
public sealed partial class ResourceDecoder
{
    // Deepest object whose numbers are read: Oem/Nvidia/RowRemapping and PolyPhasePowerWatts/Line1ToNeutral are 3.
    private const int MaxValueDepth = 6;

    private int AddPlace(int parent)
    {
        if (_placeCount == _places.Length)
        {
            Array.Resize(ref _places, _placeCount * 2);
        }

        _places[_placeCount] = new Place { Parent = parent, PointerLength = _pointerLength, Resource = parent < 0 ? 0 : _places[parent].Resource };
        return _placeCount++;
    }

    // The reader stands at a property's name, and afterwards at the end of its value.
    private void TakeMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int place, int depth)
    {
        var name = reader.ValueSpan;
        if (name.Length == 0 || name.Contains((byte)'@') || IsWalkedPast(name))
        {
            reader.Read();
            reader.Skip();
            return;
        }

        var isEscaped = reader.ValueIsEscaped;
        reader.Read();
        if (isEscaped)
        {
            reader.Skip(); // no property of Redfish needs escapes
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                TakeText(ref reader, body, name, place);
                break;
            case JsonTokenType.Number:
                AddLeaf(name, [], JsonValues.NumberOf(ref reader), place);
                break;
            case JsonTokenType.Null:
                if (IsReading(name))
                {
                    AddLeaf(name, [], (double.NaN, ReadingMarks.Absent), place);
                }

                break;
            case JsonTokenType.True:
            case JsonTokenType.False:
                if (IsTruth(name))
                {
                    AddLeaf(name, [], JsonValues.NumberOf(ref reader), place);
                }

                break;
            case JsonTokenType.StartObject when name.SequenceEqual("Status"u8):
                TakeStatus(ref reader, place);
                break;
            case JsonTokenType.StartArray when name.SequenceEqual("RelatedItem"u8):
                TakeRelated(ref reader, body, place);
                break;
            case JsonTokenType.StartObject when depth < MaxValueDepth:
                var length = _pointerLength;
                Push(name);
                TakeObject(ref reader, body, place, depth + 1);
                _pointerLength = length;
                break;
            case JsonTokenType.StartArray when depth < MaxValueDepth:
                TakeArray(ref reader, body, name, place, depth + 1);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void TakeObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int parent, int depth)
    {
        var place = AddPlace(parent);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("DataSourceUri"u8))
            {
                reader.Read();
                _places[place].Source = SliceOf(ref reader, body);
            }
            else if (reader.ValueTextEquals("@odata.id"u8))
            {
                reader.Read();
                _places[place].Id = SliceOf(ref reader, body);
                Own(place, body);
            }
            else if (reader.ValueTextEquals("@odata.type"u8))
            {
                reader.Read();
                _places[place].Kind = reader.TokenType == JsonTokenType.String ? ResourceKinds.OfType(reader.ValueSpan) : ResourceKind.Other;
                reader.Skip();
                Own(place, body);
            }
            else
            {
                TakeMember(ref reader, body, place, depth);
            }
        }
    }

    private void TakeArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, int parent, int depth)
    {
        var length = _pointerLength;
        Push(name);
        var afterName = _pointerLength;
        var index = 0;
        var isNamed = IsOfNamedEntries(name);
        var firstEntry = _entryCount;
        Span<byte> number = stackalloc byte[11];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _pointerLength = afterName;
            System.Buffers.Text.Utf8Formatter.TryFormat(index++, number, out var digits);
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                var (firstLeaf, entry) = (_leafCount, _placeCount);
                Push(number[..digits]);
                TakeObject(ref reader, body, parent, depth);
                if (isNamed && _leafCount > firstLeaf)
                {
                    AddEntry(entry, firstLeaf);
                }
            }
            else if (reader.TokenType is JsonTokenType.Number)
            {
                AddLeaf(number[..digits], [], JsonValues.NumberOf(ref reader), parent);
            }
            else
            {
                reader.Skip();
            }
        }

        if (isNamed)
        {
            NameEntries(firstEntry, afterName, body);
        }

        _pointerLength = length;
    }

    // A type and an id of its own make an object a resource of its own; a link has no type, and an entry of an older array has a # in its id.
    private void Own(int place, ReadOnlySpan<byte> body)
    {
        if (_places[place].Kind != ResourceKind.Other && _places[place].Id.Length > 0 && !TextOf(_places[place].Id, body).Contains((byte)'#'))
        {
            _places[place].Resource = place;
        }
    }

    private void TakeText(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, int place)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("Name"u8):
                _places[place].Name = SliceOf(ref reader, body);
                return;
            case 7 when name.SequenceEqual("FanName"u8):
                _places[place].Name = SliceOf(ref reader, body);
                return;
            case 7 when name.SequenceEqual("Reading"u8):
                AddLeaf(name, [], Written(JsonValues.NumberOf(ref reader)), place);
                return;
            case 8 when name.SequenceEqual("MemberId"u8):
                _places[place].MemberId = SliceOf(ref reader, body);
                return;
            case 13 when name.SequenceEqual("SetPointUnits"u8):
                _places[place].ReadingUnits = SliceOf(ref reader, body);
                return;
            case 10 when name.SequenceEqual("DeviceName"u8):
                _places[place].Name = SliceOf(ref reader, body);
                return;
            case 11 when name.SequenceEqual("ControlMode"u8):
                _places[place].IsOff = reader.ValueSpan.SequenceEqual("Disabled"u8); // EX235a: 0 W, switched off
                return;
            case 11 when name.SequenceEqual("ReadingType"u8):
                _places[place].ReadingType = SliceOf(ref reader, body);
                return;
            case 12 when name.SequenceEqual("ReadingUnits"u8):
                _places[place].ReadingUnits = SliceOf(ref reader, body);
                return;
            case 15 when name.SequenceEqual("PhysicalContext"u8):
                _places[place].PhysicalContext = SliceOf(ref reader, body);
                return;
            case 17 when name.SequenceEqual("ElectricalContext"u8):
                _places[place].ElectricalContext = SliceOf(ref reader, body);
                return;
            case 13 when name.SequenceEqual("DetectorState"u8):
                var state = StateValues.LeakDetector(reader.ValueSpan);
                AddLeaf(name, [], state < 0 ? (double.NaN, ReadingMarks.Absent) : (state, ReadingMarks.None), place);
                AddLeaf(name, "/Blind"u8, (state < 0 ? 1 : 0, ReadingMarks.None), place);
                return;
            case 12 when name.SequenceEqual("BreakerState"u8):
                AddState(name, StateValues.Breaker(reader.ValueSpan), place);
                return;
            case 15 when name.SequenceEqual("LineInputStatus"u8):
                AddState(name, StateValues.LineInput(reader.ValueSpan), place);
                return;
            case 10 when name.SequenceEqual("LinkStatus"u8):
                AddState(name, StateValues.Link(reader.ValueSpan), place);
                return;
            default:
                if (reader.ValueSpan is [(byte)'P', ..] && name.EndsWith("Duration"u8) && Iso8601Duration.TryParse(reader.ValueSpan, out var seconds))
                {
                    AddLeaf(name, [], (seconds, ReadingMarks.None), place);
                }
                else if (IsNumberAsText(name, reader.ValueSpan))
                {
                    AddLeaf(name, [], Written(JsonValues.NumberOf(reader.ValueSpan)), place);
                }

                return;
        }
    }

    private static (double Value, ReadingMarks Marks) Written((double Value, ReadingMarks Marks) number) =>
        number.Marks == ReadingMarks.None ? (number.Value, ReadingMarks.Inferred) : number;

    private void AddState(ReadOnlySpan<byte> name, int state, int place) =>
        AddLeaf(name, [], state < 0 ? (double.NaN, ReadingMarks.Absent) : (state, ReadingMarks.None), place);

    private void TakeStatus(ref Utf8JsonReader reader, int place)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isState = reader.ValueTextEquals("State"u8);
            reader.Read();
            if (isState && reader.TokenType == JsonTokenType.String)
            {
                // A part that is not there or switched off has no reading, whatever number stands beside it.
                _places[place].IsAbsent = reader.ValueSpan.SequenceEqual("Absent"u8) || reader.ValueSpan.SequenceEqual("Disabled"u8)
                    || reader.ValueSpan.SequenceEqual("UnavailableOffline"u8);
            }

            reader.Skip();
        }
    }

    private void TakeRelated(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int place)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("@odata.id"u8);
                reader.Read();
                if (isId && _places[place].Related.Length == 0)
                {
                    _places[place].Related = SliceOf(ref reader, body);
                }

                reader.Skip();
            }
        }
    }

    private void AddLeaf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> tail, (double Value, ReadingMarks Marks) number, int place)
    {
        var length = _pointerLength + 1 + name.Length + tail.Length;
        if (_leafCount == MaxLeaves || !Reserve(length))
        {
            _skipped++;
            return;
        }

        if (_leafCount == _leaves.Length)
        {
            Array.Resize(ref _leaves, _leafCount * 2);
        }

        var start = _arenaUsed;
        var into = _arena.AsSpan(start, length);
        _pointer.AsSpan(0, _pointerLength).CopyTo(into);
        into[_pointerLength] = (byte)'/';
        name.CopyTo(into[(_pointerLength + 1)..]);
        tail.CopyTo(into[(_pointerLength + 1 + name.Length)..]);
        _arenaUsed += length;
        _leaves[_leafCount++] = new Leaf { PointerStart = start, PointerLength = length, TailLength = length - _places[place].PointerLength, Place = place, Value = number.Value, Marks = number.Marks };
    }

    private void Push(ReadOnlySpan<byte> name)
    {
        if (_pointerLength + 1 + name.Length > MetricPropertyTable.MaxNameBytes)
        {
            return; // its values get names that are too long, and are refused there
        }

        _pointer[_pointerLength++] = (byte)'/';
        name.CopyTo(_pointer.AsSpan(_pointerLength));
        _pointerLength += name.Length;
    }

    private bool Reserve(int length)
    {
        if (_arenaUsed + length <= _arena.Length)
        {
            return true;
        }

        if (_arenaUsed + length > MaxArenaBytes)
        {
            return false;
        }

        Array.Resize(ref _arena, Math.Max(_arena.Length * 2, _arenaUsed + length));
        return true;
    }

    private Slice SliceOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }

        if (!reader.ValueIsEscaped)
        {
            return new Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, false);
        }

        if (!Reserve(reader.ValueSpan.Length))
        {
            return default;
        }

        var length = reader.CopyString(_arena.AsSpan(_arenaUsed));
        _arenaUsed += length;
        return new Slice(_arenaUsed - length, length, true);
    }

    private ReadOnlySpan<byte> TextOf(Slice slice, ReadOnlySpan<byte> body) =>
        slice.IsInArena ? _arena.AsSpan(slice.Start, slice.Length) : body.Slice(slice.Start, slice.Length);

    private string? StringOf(Slice slice, ReadOnlySpan<byte> body) => slice.Length == 0 ? null : Encoding.UTF8.GetString(TextOf(slice, body));
}
