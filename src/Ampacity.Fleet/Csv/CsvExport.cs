using System.Buffers;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Writes what a caller sees of the fleet as CSV that <see cref="CsvImport"/> reads back as no change.</summary>
public static class CsvExport
{
    /// <summary>Writes the rows of a kind; RFC 4180 with a comma and LF, the comment line first.</summary>
    /// <param name="kind">Which rows.</param>
    /// <param name="view">The fleet as the caller sees it.</param>
    /// <param name="under">Node below which rows are written, or −1 for all that is seen.</param>
    /// <param name="text">Where to; it is not closed.</param>
    public static void Write(CsvKind kind, FleetView view, int under, TextWriter text)
    {
        text.Write(CsvColumns.CommentOf(kind));
        text.Write('\n');
        var ledger = view.Graph.Assets.Ledger;
        var nodes = under < 0 ? view.Nodes() : view.Below(under);
        switch (kind)
        {
            case CsvKind.Racks:
                Racks(view, nodes, new CsvRow(text, CsvColumns.Of(kind)));
                break;
            case CsvKind.Feeds:
                Feeds(view, nodes, new CsvRow(text, CsvColumns.Of(kind)));
                break;
            case CsvKind.Assets:
                new CsvAssetExport(view, ledger, text).Write(nodes, under < 0);
                break;
            case CsvKind.Placements:
                Placements(view, ledger, nodes, new CsvRow(text, CsvColumns.Of(kind)));
                break;
        }
    }

    private static void Racks(FleetView view, IEnumerable<int> nodes, CsvRow row)
    {
        var graph = view.Graph;
        var names = new CsvNodes(graph);
        foreach (var rack in nodes.Where(node => graph.KindOf(node) == NodeKind.Rack))
        {
            var about = graph.NodeOf(rack)!;
            var hall = graph.Above(rack, NodeKind.Hall);
            row.Add(graph.PathOf(rack));
            row.Add(about.Sku);
            row.Add(about.Position?.XMeters);
            row.Add(about.Position?.YMeters);
            row.Add(string.Join('+', about.Feeds.Where(feed => view.Sees(feed.Source)).Select(feed => names.Write(feed.Source, hall))));
            row.Add(about.Power is { Mode: var mode } && (mode != FeedMode.ActiveActive || about.Feeds.Length > 1) ? CsvModes.Text(mode) : null);
            row.Add(string.Join('+', about.Coolers.Where(view.Sees).Select(cooler => names.Write(cooler, hall))));
            row.Add(about.Programme);
            row.Add(about.State?.ToString());
            row.Add(about.Parties?.Tenant);
            row.Add(about.Parties?.Owner);
            row.Add(string.Join('+', about.Tags));
            row.End();
        }
    }

    private static void Feeds(FleetView view, IEnumerable<int> nodes, CsvRow row)
    {
        var graph = view.Graph;
        foreach (var node in nodes)
        {
            foreach (var feed in graph.NodeOf(node)!.Feeds.Where(feed => view.Sees(feed.Source)))
            {
                row.Add(graph.PathOf(node));
                row.Add(graph.PathOf(feed.Source));
                row.Add(feed.Order);
                row.Add(feed.Weight);
                var current = feed.Rating is { Amperes: not null } rating ? rating : null;
                row.Add(current?.Amperes);
                row.Add(current?.Volts);
                row.Add(current?.Form switch { CurrentForm.ThreePhase => "3", CurrentForm.SinglePhase => "1", CurrentForm.Direct => "dc", _ => null });
                row.End();
            }
        }
    }

    private static void Placements(FleetView view, FactLedger ledger, IEnumerable<int> nodes, CsvRow row)
    {
        var graph = view.Graph;
        var stays = new List<RecordedFact>();
        foreach (var rack in nodes.Where(node => graph.KindOf(node) == NodeKind.Rack))
        {
            stays.Clear();
            for (var fact = ledger.Table.NewestInRack(rack); fact >= 0; fact = ledger.Table.PreviousInRack(fact))
            {
                // What has an identity no longer, because it was merged, is told by the asset that it is.
                if (ledger.Believes(fact) && graph.Assets.Find(new AssetId(new RecordedFact(ledger.Table, fact).Subject.Number)) is { MergedInto: null })
                {
                    stays.Add(new RecordedFact(ledger.Table, fact));
                }
            }

            stays.Sort((one, other) => one.Place.Part != other.Place.Part ? one.Place.Part.CompareTo(other.Place.Part) : one.Valid.FromMs.CompareTo(other.Valid.FromMs));
            foreach (var stay in stays)
            {
                row.Add(new AssetId(stay.Subject.Number).ToString());
                row.Add(graph.PathOf(stay.Place));
                row.Add(CsvTimes.Text(stay.Valid.FromMs));
                row.Add(stay.Valid.IsOpen ? null : CsvTimes.Text(stay.Valid.ToMs));
                row.End();
            }
        }
    }
}

/// <summary>Writes fields one by one; quotes where they must be. An apostrophe keeps spreadsheets from taking text for a formula.</summary>
internal sealed class CsvRow
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n;\t");
    private readonly TextWriter _text;
    private bool _first = true;

    public CsvRow(TextWriter text, IEnumerable<string> columns)
    {
        _text = text;
        foreach (var column in columns)
        {
            Add(column);
        }

        End();
    }

    public void Add(double? number)
    {
        Separate();
        if (number is { } value)
        {
            Span<char> digits = stackalloc char[32];
            value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
            _text.Write(digits[..length]);
        }
    }

    public void Add(string? words)
    {
        Separate();
        if (words is not { Length: > 0 })
        {
            return;
        }

        var formula = words[0] is '=' or '+' or '-' or '@' or '\'';
        if (!words.AsSpan().ContainsAny(Special) && words[0] != ' ' && words[^1] != ' ')
        {
            if (formula)
            {
                _text.Write('\'');
            }

            _text.Write(words);
            return;
        }

        _text.Write(formula ? "\"'" : "\"");
        _text.Write(words.Replace("\"", "\"\"", StringComparison.Ordinal));
        _text.Write('"');
    }

    public void End()
    {
        _text.Write('\n');
        _first = true;
    }

    private void Separate()
    {
        if (!_first)
        {
            _text.Write(',');
        }

        _first = false;
    }
}
