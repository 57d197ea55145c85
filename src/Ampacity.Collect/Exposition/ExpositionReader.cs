using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads a page of Prometheus text 0.0.4 or OpenMetrics 1.0 into columns. A line whose spelling is known costs a hash, a lookup and a number.
/// </summary>
/// <remarks>
/// Strict: a page with a line that cannot be read is refused whole, as Prometheus does with a scrape, and the first ten such lines are named.
/// As with remote write, the store is told nothing before the last line was read.
/// </remarks>
internal ref struct ExpositionReader(
    ReadOnlySpan<byte> page, ExpositionOptions options, ReceiveScratch scratch, KnownSeries known, ISeriesWriter writer, SampleIntake intake)
{
    private const int MostErrors = 10;

    private readonly ReadOnlySpan<byte> _page = page;
    private readonly SampleColumns _columns = scratch.Columns;
    private readonly List<string> _errors = [];
    private readonly ExtraLabels _extra = new(options);
    private readonly bool _openMetrics = options.Format == ExpositionFormat.OpenMetrics
        || (options.Format == ExpositionFormat.Any && EndsInEof(page));

    private FamilyLines _family;
    private int _line;
    private int _entry;
    private int _samples;
    private int _exemplars;
    private bool _ended;

    /// <summary>Reads it all.</summary>
    /// <exception cref="ReceiveRejectedException">A line cannot be read, or there are too many samples.</exception>
    public ReceiveCounts Read()
    {
        for (var at = 0; at < _page.Length && _errors.Count < MostErrors;)
        {
            var length = _page[at..].IndexOf((byte)'\n');
            var next = length < 0 ? _page.Length : at + length + 1;
            var line = _page[at..(length < 0 ? _page.Length : at + length)];
            _line++;
            ReadLine(line is [.., (byte)'\r'] ? line[..^1] : line, at);
            at = next;
        }

        KeepFamily();
        if (options.Format == ExpositionFormat.OpenMetrics && !_ended && _errors.Count == 0)
        {
            _errors.Add("the last line is not # EOF, so a part may be missing");
        }

        if (_errors.Count > 0)
        {
            throw new ReceiveRejectedException(400, $"the page cannot be read, nothing of it was kept: {string.Join("; ", _errors)}");
        }

        ResolveNew();
        foreach (var family in scratch.Families)
        {
            intake.Metadata.Note(
                Text(family.Name), family.Kind, HelpText.Unescape(Text(family.Help)), Text(family.Unit));
        }

        return new ReceiveCounts
        {
            Series = _samples,
            Samples = _samples,
            SeriesRefused = scratch.NewSeries.Refused,
            SeriesOverLimit = scratch.NewSeries.OverLimit,
            FirstRefusal = scratch.NewSeries.FirstRefusal,
            Exemplars = _exemplars,
            Metadata = scratch.Families.Count,
        };
    }

    private static bool EndsInEof(ReadOnlySpan<byte> page) => page.TrimEnd("\r\n"u8).EndsWith("# EOF"u8);

    private void ReadLine(ReadOnlySpan<byte> line, int offset)
    {
        var text = ExpositionLine.TrimStart(line, out var spaces);
        if (text.IsEmpty)
        {
            return;
        }

        if (_ended)
        {
            _errors.Add($"line {_line}: something stands behind # EOF");
        }
        else if (text[0] == '#')
        {
            ReadComment(text[1..], offset + spaces + 1);
        }
        else if (ReadSample(text, offset + spaces) is { } error)
        {
            _errors.Add($"line {_line}: {error}: {Excerpt(text)}");
        }
    }

    private string? ReadSample(ReadOnlySpan<byte> text, int offset)
    {
        // Bytes that are known to be a whole spelling need no walk to say where name and labels end.
        var brace = text.LastIndexOf((byte)'}');
        var end = brace >= 0 ? brace + 1 : ExpositionLine.EndOfWord(text);
        var key = SeriesKey.Of(text[..end], _extra.Key);
        var number = known.Find(key, ref _entry);
        var buffer = scratch.Text;
        if (number < 0)
        {
            var error = ExpositionLine.Spelling(text, ref buffer, out var walked);
            scratch.Text = buffer;
            if (error is not null)
            {
                return error;
            }

            if (walked != end)
            {
                end = walked;
                key = SeriesKey.Of(text[..end], _extra.Key);
                number = known.Find(key, ref _entry);
            }
        }

        var wrong = ExpositionLine.Rest(text[end..], _openMetrics, ref buffer, out var read);
        scratch.Text = buffer;
        if (wrong is not null)
        {
            return wrong;
        }

        if (++_samples > intake.Limits.MaxSamples)
        {
            throw new ReceiveRejectedException(413, $"the page has over {intake.Limits.MaxSamples} samples; send smaller ones");
        }

        _exemplars += read.HasExemplar ? 1 : 0;
        _columns.Add(number, read.TimestampMs ?? options.TimestampMs, read.Value);
        if (number < 0)
        {
            scratch.New.Add(new NewSpelling(_line, offset, end, key, _columns.Count - 1, _columns.Count));
        }

        return null;
    }

    // # TYPE name kind, # HELP name text, # UNIT name unit, # EOF; everything else is a comment.
    private void ReadComment(ReadOnlySpan<byte> comment, int offset)
    {
        var rest = ExpositionLine.TrimStart(comment, out var skipped);
        var at = offset + skipped;
        var word = rest[..ExpositionLine.EndOfWord(rest)];
        if (word.SequenceEqual("EOF"u8) && rest.Length == word.Length)
        {
            _ended = _openMetrics;
            return;
        }

        var isKind = word.SequenceEqual("TYPE"u8);
        var isHelp = word.SequenceEqual("HELP"u8);
        if (!isKind && !isHelp && !word.SequenceEqual("UNIT"u8))
        {
            return;
        }

        rest = ExpositionLine.TrimStart(rest[word.Length..], out skipped);
        at += word.Length + skipped;
        var name = (Offset: at, Length: ExpositionLine.EndOfWord(rest));
        rest = ExpositionLine.TrimStart(rest[name.Length..], out skipped);
        at += name.Length + skipped;
        if (Text(name) is [(byte)'"', .., (byte)'"'] and { Length: > 2 })
        {
            name = (name.Offset + 1, name.Length - 2);
        }

        if (!Text(name).SequenceEqual(Text(_family.Name)))
        {
            KeepFamily();
            _family = new FamilyLines { Name = name };
        }

        if (isHelp)
        {
            _family = _family with { Help = (at, rest.Length) };
        }
        else if (!isKind)
        {
            _family = _family with { Unit = (at, rest.TrimEnd((byte)' ').Length) };
        }
        else if (KindOf(rest.TrimEnd((byte)' ')) is { } kind)
        {
            _family = _family with { Kind = kind };
        }
        else
        {
            _errors.Add($"line {_line}: no type of metric: {Excerpt(rest)}");
        }
    }

    private static MetricKind? KindOf(ReadOnlySpan<byte> word) => Encoding.ASCII.GetString(word[..Math.Min(word.Length, 20)]) switch
    {
        "counter" => MetricKind.Counter,
        "gauge" => MetricKind.Gauge,
        "histogram" => MetricKind.Histogram,
        "gaugehistogram" => MetricKind.GaugeHistogram,
        "summary" => MetricKind.Summary,
        "info" => MetricKind.Info,
        "stateset" => MetricKind.StateSet,
        "untyped" or "unknown" => MetricKind.Unknown,
        _ => null,
    };

    private void KeepFamily()
    {
        if (_family.Name.Length > 0 && scratch.Families.Count < MetadataBook.MaxFamilies)
        {
            scratch.Families.Add(_family);
        }

        _family = default;
    }

    private readonly void ResolveNew()
    {
        foreach (var entry in scratch.New)
        {
            // A series new to this page may stand on it more than once.
            var number = known.Find(entry.Key!.Value);
            if (number < 0)
            {
                Gather(_page.Slice(entry.Offset, entry.Length));
                number = scratch.NewSeries.Resolve(writer, new LinePosition(entry.Ordinal));
                if (number >= 0)
                {
                    known.Add(entry.Key.Value, number, _columns.Lease);
                }
            }

            _columns.SetSeries(entry.FromSample, entry.ToSample, number);
        }

        if (scratch.NewSeries.Refused + scratch.NewSeries.OverLimit > 0)
        {
            _columns.DropRefused();
        }
    }

    private readonly void Gather(ReadOnlySpan<byte> spelling)
    {
        var series = scratch.NewSeries;
        series.Begin();
        var length = ExpositionLabels.NameLength(spelling, colons: true);
        if (length > 0)
        {
            _extra.Add(series, "__name__"u8, spelling[..length]);
        }

        var brace = spelling[length..].IndexOf((byte)'{');
        if (brace >= 0)
        {
            var labels = new ExpositionLabels(spelling[(length + brace + 1)..], scratch.Text);
            while (labels.MoveNext())
            {
                _extra.Add(series, labels.Name, labels.Value);
            }
        }

        _extra.AddAll(series);
    }

    private readonly ReadOnlySpan<byte> Text((int Offset, int Length) place) => _page.Slice(place.Offset, place.Length);

    private static string Excerpt(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 80)]);

    private readonly record struct LinePosition(int Line) : ISeriesPosition
    {
        public string Text => $"line {Line}";
    }
}

/// <summary>Where a page says what a family is.</summary>
internal readonly record struct FamilyLines
{
    public (int Offset, int Length) Name { get; init; }

    public MetricKind Kind { get; init; }

    public (int Offset, int Length) Help { get; init; }

    public (int Offset, int Length) Unit { get; init; }
}

/// <summary>Help texts of exposition.</summary>
internal static class HelpText
{
    /// <summary>Undoes \\ \n and \"; allocates only where there is something to undo.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return text;
        }

        var plain = new byte[text.Length];
        var used = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character == '\\' && at + 1 < text.Length && text[at + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
            {
                character = text[++at] == 'n' ? (byte)'\n' : text[at];
            }

            plain[used++] = character;
        }

        return plain.AsSpan(0, used);
    }
}
