using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads a decompressed io.prometheus.write.v2.Request (remote write 2.0) into columns: symbols = 4, timeseries = 5 {labels_refs = 1,
/// samples = 2 {value = 1, timestamp = 2, start_timestamp = 3}, histograms = 3, exemplars = 4, metadata = 5 {type = 1, help_ref = 3,
/// unit_ref = 4}, created_timestamp = 6}.
/// </summary>
/// <remarks>
/// Two walks: symbols may stand behind the series that name them. A series is found by the keys of its symbols, so each symbol's text
/// is hashed once a request. As with 1.0, nothing is told to the store before the walk has come to the end.
/// </remarks>
internal ref struct SymbolRequestReader(
    ReadOnlySpan<byte> request, ReceiveScratch scratch, KnownSeries known, ISeriesWriter writer, SampleIntake intake)
{
    private const byte RefsTag = (1 << 3) | ProtobufWalk.Bytes;
    private const byte SampleTag = (2 << 3) | ProtobufWalk.Bytes;
    private const byte SeriesTag = (5 << 3) | ProtobufWalk.Bytes;

    private readonly ReadOnlySpan<byte> _request = request;
    private readonly SampleColumns _columns = scratch.Columns;
    private readonly SymbolTable _symbols = scratch.Symbols;
    private PlainFields _plain;
    private int _entry;
    private int _series;
    private int _samples;
    private int _exemplars;
    private int _histograms;
    private int _metadata;
    private int _created;

    /// <summary>Reads it all.</summary>
    public ReceiveCounts Read()
    {
        ReadSymbols();
        for (var at = 0; at < _request.Length;)
        {
            var length = PlainFields.Length(_request[at..], SeriesTag, out var head);
            if (length < 0)
            {
                var fields = new ProtobufWalk(_request[at..], at);
                fields.MoveNext();
                at += fields.Position;
                if (fields.Field == 5)
                {
                    ReadSeries(fields.Content, fields.ContentOffset);
                }

                continue;
            }

            ReadSeries(_request.Slice(at + head, length), at + head);
            at += head + length;
        }

        ResolveNew();
        foreach (var said in _symbols.Metadata)
        {
            intake.Metadata.Note(_symbols.TextOf(said.Name, _request), said.Kind, _symbols.TextOf(said.Help, _request), _symbols.TextOf(said.Unit, _request));
        }

        return new ReceiveCounts
        {
            Series = _series,
            Samples = _samples,
            SeriesRefused = scratch.NewSeries.Refused,
            SeriesOverLimit = scratch.NewSeries.OverLimit,
            FirstRefusal = scratch.NewSeries.FirstRefusal,
            Exemplars = _exemplars,
            Histograms = _histograms,
            Metadata = _metadata,
            CreatedTimestamps = _created,
        };
    }

    private readonly void ReadSymbols()
    {
        for (var fields = new ProtobufWalk(_request, 0); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 4:
                    fields.Expect(ProtobufWalk.Bytes);
                    if (_symbols.Count == intake.Limits.MaxSymbols)
                    {
                        throw new ReceiveRejectedException(413, $"the request has over {intake.Limits.MaxSymbols} symbols; send smaller ones");
                    }

                    _symbols.Add(_request, fields.ContentOffset, fields.Content.Length);
                    break;
                case 5:
                    fields.Expect(ProtobufWalk.Bytes);
                    break;
                case 1 or 2 or 3:
                    throw fields.Malformed($"field {fields.Field} is one of remote write 1.0");
            }
        }
    }

    private void ReadSeries(ReadOnlySpan<byte> series, int offset)
    {
        _series++;
        var from = _columns.Count;
        var number = SampleColumns.Refused;
        SeriesKey? key = null;
        var at = 0;
        var refs = PlainFields.Length(series, RefsTag, out var head);
        if (refs >= 0 && TryKey(series.Slice(head, refs), out var found))
        {
            (key, at) = (found, head + refs);
            number = known.Find(found, ref _entry);
        }

        for (int length; (length = PlainFields.Length(series[at..], SampleTag, out head)) >= 0;)
        {
            if (!_plain.TryReadSample(series.Slice(at + head, length), out var timestampMs, out var value))
            {
                break;
            }

            CountSample();
            _columns.Add(number, timestampMs, value);
            at += head + length;
        }

        if (at == series.Length && number >= 0)
        {
            return;
        }

        var plain = ReadRest(series[at..], offset + at, number, series);
        if (number < 0 || !plain)
        {
            scratch.New.Add(new NewSpelling(_series, offset, series.Length, plain ? key : null, from, _columns.Count));
        }
    }

    // False when there is a label among it.
    private bool ReadRest(ReadOnlySpan<byte> rest, int offset, int number, ReadOnlySpan<byte> series)
    {
        var plain = true;
        for (var fields = new ProtobufWalk(rest, offset); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    CheckRefs(fields);
                    plain = false;
                    break;
                case 2:
                    fields.Expect(ProtobufWalk.Bytes);
                    CountSample();
                    var (timestampMs, value) = ProtobufWalk.ReadSample(fields.Content, fields.ContentOffset);
                    _columns.Add(number, timestampMs, value);
                    break;
                case 3:
                    fields.Expect(ProtobufWalk.Bytes);
                    _histograms++;
                    break;
                case 4:
                    fields.Expect(ProtobufWalk.Bytes);
                    _exemplars++;
                    break;
                case 5:
                    fields.Expect(ProtobufWalk.Bytes);
                    ReadMetadata(fields.Content, fields.ContentOffset, series, offset - (series.Length - rest.Length));
                    break;
                case 6:
                    fields.Expect(ProtobufWalk.Varint);
                    _created++;
                    break;
            }
        }

        return plain;
    }

    private void ReadMetadata(ReadOnlySpan<byte> metadata, int offset, ReadOnlySpan<byte> series, int seriesOffset)
    {
        ulong kind = 0, help = 0, unit = 0;
        for (var fields = new ProtobufWalk(metadata, offset); fields.MoveNext();)
        {
            if (fields.Field is not (1 or 3 or 4))
            {
                continue;
            }

            fields.Expect(ProtobufWalk.Varint);
            (kind, help, unit) = fields.Field switch
            {
                1 => (fields.Number, help, unit),
                3 => (kind, fields.Number, unit),
                _ => (kind, help, fields.Number),
            };
        }

        // Prometheus writes an empty message where it has nothing to say.
        if (kind == 0 && help == 0 && unit == 0)
        {
            return;
        }

        _metadata++;
        var count = (ulong)_symbols.Count;
        var name = NameOf(series, seriesOffset);
        if (name >= 0 && help < count && unit < count)
        {
            _symbols.Note(new SymbolMetadata(name, kind <= (ulong)MetricKind.StateSet ? (MetricKind)kind : MetricKind.Unknown, (int)help, (int)unit));
        }
    }

    // The symbol of the metric's name, or −1.
    private readonly int NameOf(ReadOnlySpan<byte> series, int offset)
    {
        if (_symbols.NameLabel < 0)
        {
            return -1;
        }

        for (var labels = new LabelRefs(series, offset); labels.MoveNext();)
        {
            if (labels.Name == (ulong)_symbols.NameLabel && labels.HasValue && labels.Value < (ulong)_symbols.Count)
            {
                return (int)labels.Value;
            }
        }

        return -1;
    }

    // The key of label references that are all symbols of the request; false for anything else, which is refused elsewhere.
    private readonly bool TryKey(ReadOnlySpan<byte> refs, out SeriesKey key)
    {
        var keys = _symbols.Keys.AsSpan();
        var (used, count) = (0, (uint)_symbols.Count);
        for (var at = 0; at < refs.Length;)
        {
            uint symbol = refs[at++];
            if (symbol >= 0x80)
            {
                symbol &= 0x7F;
                var shift = 7;
                for (uint part = 0x80; part >= 0x80; shift += 7)
                {
                    if (at == refs.Length || shift > 21)
                    {
                        key = default;
                        return false;
                    }

                    part = refs[at++];
                    symbol |= (part & 0x7F) << shift;
                }
            }

            if (symbol >= count || used == keys.Length)
            {
                key = default;
                return false;
            }

            keys[used++] = _symbols.KeyOf((int)symbol);
        }

        key = SeriesKey.Of(keys[..used]);
        return true;
    }

    private void CountSample()
    {
        if (++_samples > intake.Limits.MaxSamples)
        {
            throw new ReceiveRejectedException(413, $"the request has over {intake.Limits.MaxSamples} samples; send smaller ones");
        }
    }

    // That packed references are whole varints; what they refer to is said when the series is resolved.
    private static void CheckRefs(in ProtobufWalk fields)
    {
        if (fields.WireType == ProtobufWalk.Bytes)
        {
            for (var numbers = new PackedVarints(fields.Content, fields.ContentOffset); numbers.MoveNext();)
            {
            }
        }
        else
        {
            fields.Expect(ProtobufWalk.Varint);
        }
    }

    private readonly void ResolveNew()
    {
        var series = scratch.NewSeries;
        foreach (var entry in scratch.New)
        {
            series.Begin();
            for (var labels = new LabelRefs(_request.Slice(entry.Offset, entry.Length), entry.Offset); labels.MoveNext();)
            {
                if (!labels.HasValue)
                {
                    series.Refuse("its label references are not pairs");
                }
                else if (Math.Max(labels.Name, labels.Value) >= (ulong)_symbols.Count)
                {
                    series.Refuse($"it refers to symbol {Math.Max(labels.Name, labels.Value)}, and there are {_symbols.Count}");
                }
                else
                {
                    series.Add(_symbols.TextOf((int)labels.Name, _request), _symbols.TextOf((int)labels.Value, _request));
                }
            }

            var number = series.Resolve(writer, entry);
            if (number >= 0 && entry.Key is { } key)
            {
                known.Add(key, number, _columns.Lease);
            }

            _columns.SetSeries(entry.FromSample, entry.ToSample, number);
        }

        if (series.Refused + series.OverLimit > 0)
        {
            _columns.DropRefused();
        }
    }
}
