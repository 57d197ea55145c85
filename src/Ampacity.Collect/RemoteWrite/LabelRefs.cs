namespace Ampacity.Collect;

/// <summary>Walks the label references of a remote write 2.0 series in pairs, however they are written.</summary>
internal ref struct LabelRefs(ReadOnlySpan<byte> series, int offset)
{
    private ProtobufWalk _fields = new(series, offset);
    private PackedVarints _packed = new([], 0);

    public ulong Name { get; private set; }

    public ulong Value { get; private set; }

    /// <summary>False when a name is the last reference of the series.</summary>
    public bool HasValue { get; private set; }

    public bool MoveNext()
    {
        if (!TryNext(out var name))
        {
            return false;
        }

        Name = name;
        HasValue = TryNext(out var value);
        Value = value;
        return true;
    }

    private bool TryNext(out ulong number)
    {
        while (!_packed.MoveNext())
        {
            if (!_fields.MoveNext())
            {
                number = 0;
                return false;
            }

            if (_fields.Field == 1 && _fields.WireType == ProtobufWalk.Varint)
            {
                number = _fields.Number;
                return true;
            }

            if (_fields.Field == 1 && _fields.WireType == ProtobufWalk.Bytes)
            {
                _packed = new PackedVarints(_fields.Content, _fields.ContentOffset);
            }
        }

        number = _packed.Current;
        return true;
    }
}

/// <summary>Walks a packed field of varints.</summary>
internal ref struct PackedVarints(ReadOnlySpan<byte> content, int offset)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private int _at;

    public ulong Current { get; private set; }

    public bool MoveNext()
    {
        if (_at == _content.Length)
        {
            return false;
        }

        Current = ProtobufWalk.ReadVarint(_content, offset, ref _at);
        return true;
    }
}
