namespace Ampacity.Fleet;

/// <summary>The rows of <c>assets.csv</c>: new things, and what is said of those that are known.</summary>
/// <remarks>
/// Nothing is allocated for a row of place and serial: 7.5 million of them are the 10 GW fleet. Who a row means: the asset of its id, else
/// the one that has one of its identifiers, else the one in its place if that bears no serial, else a new one.
/// </remarks>
internal sealed partial class CsvAssetRows
{
    private static readonly (string Column, IdentifierKind Kind)[] IdentifierColumns =
    [
        ("serial", IdentifierKind.Serial), ("mac", IdentifierKind.Mac), ("uuid", IdentifierKind.Uuid),
        ("hostname", IdentifierKind.Hostname), ("asset_tag", IdentifierKind.AssetTag),
    ];

    private readonly CsvTable _table;
    private readonly CsvErrors _errors;
    private readonly CsvGround _ground;
    private readonly CsvCells _cells;
    private readonly CsvDraft _draft;
    private readonly CsvPlaces _places;
    private readonly CsvStays _stays;
    private readonly CsvOccupants _occupants;
    private readonly SeenIdentifiers _seen = new();
    private int[] _stated = [];
    private readonly (string Column, IdentifierKind Kind, int Number)[] _identifiers;
    private readonly (string Name, string Component, int Number)[] _firmware;
    private readonly int _id, _place, _partNumber, _sku, _state, _owner, _tenant, _ordered, _placedFrom;
    private readonly byte[] _utf8;
    private readonly int[] _lengths;

    public CsvAssetRows(CsvTable table, CsvErrors errors, CsvGround ground)
    {
        (_table, _errors, _ground) = (table, errors, ground);
        _cells = new CsvCells(table, errors);
        _draft = new CsvDraft(ground);
        _places = new CsvPlaces(ground.Graph);
        _stays = new CsvStays(ground, _draft, errors);
        _occupants = new CsvOccupants(ground);
        _identifiers = [.. IdentifierColumns.Select(column => (column.Column, column.Kind, table.Column(column.Column))).Where(column => column.Item3 >= 0)];
        _firmware = [.. table.Columns.Where(name => name.StartsWith(CsvColumns.Firmware, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (name, name[CsvColumns.Firmware.Length..], table.Column(name)))];
        (_id, _place, _partNumber, _sku) = (table.Column("id"), table.Column("place"), table.Column("part_number"), table.Column("sku"));
        (_state, _owner, _tenant) = (table.Column("state"), table.Column("owner"), table.Column("tenant"));
        (_ordered, _placedFrom) = (table.Column("ordered"), table.Column("placed_from"));
        _utf8 = new byte[_identifiers.Length * Stride];
        _lengths = new int[_identifiers.Length];
    }

    // 128 characters are at most 384 bytes before the limit of a text is held against them.
    private const int Stride = 512;

    public ChangePlan Plan(string author, string reason)
    {
        while (_table.Next())
        {
            Row();
        }

        _stays.Check();
        return _draft.ToPlan(author, reason, _errors);
    }

    private void Row()
    {
        StableKey? place = null;
        if (_table.Words(_place) is { IsEmpty: false } path)
        {
            if (!_places.TryFind(path, out var found, out var rule, out var hint))
            {
                _cells.Wrong("place", rule, hint);
                return;
            }

            place = found;
        }

        if (!ReadIdentifiers(out var any) || !TryWho(place, out var who))
        {
            return;
        }

        if (who is null && place is null && !any)
        {
            _cells.Wrong("$", "nothing-named", "the row names no asset: give it an id, an identifier such as a serial, or a place");
            return;
        }

        if (who is { } known)
        {
            if (_stated.Length == 0)
            {
                _stated = new int[_ground.Ledger.NextAsset];
            }

            ref var before = ref _stated[known.Number];
            if (before != 0)
            {
                _cells.Wrong("$", "stated-twice", FormattableString.Invariant($"the row means {known}, and so does line {before}; join the two"));
                return;
            }

            before = _table.Line;
            StateKnown(known, place);
        }
        else
        {
            StateNew(place);
        }
    }

    private bool ReadIdentifiers(out bool any)
    {
        any = false;
        var good = true;
        for (var i = 0; i < _identifiers.Length; i++)
        {
            var (name, kind, number) = _identifiers[i];
            var field = _table.Words(number);
            _lengths[i] = 0;
            if (field.IsEmpty)
            {
                continue;
            }

            var utf8 = _utf8.AsSpan(i * Stride, Stride);
            var length = CsvIdentifiers.Normalise(kind, field, utf8, out var hint);
            if (length < 0)
            {
                _cells.Wrong(name, "no-identifier", hint!);
                good = false;
            }
            else if (!_seen.Add(kind, utf8[..length], _table.Line, out var before))
            {
                _cells.Wrong(name, $"duplicate-{name}", FormattableString.Invariant($"'{CsvCells.Shown(field)}' is that of line {before} too; one of them is wrong"));
                good = false;
            }
            else
            {
                _lengths[i] = length;
                any = true;
            }
        }

        return good;
    }

    private ReadOnlySpan<byte> Identifier(int i) => _utf8.AsSpan(i * Stride, _lengths[i]);

    private bool TryWho(StableKey? place, out AssetId? who)
    {
        who = null;
        if (_table.Words(_id) is { IsEmpty: false } id)
        {
            if (!AssetId.TryParse(CsvCells.Shown(id), out var named) || _ground.Graph.Assets.Find(named) is not { } asset)
            {
                _cells.Wrong("id", "unknown-asset", $"no asset is {CsvCells.Shown(id)}; ids are given by us, so leave the cell empty for a new asset");
                return false;
            }

            if (asset.MergedInto is { } into)
            {
                _cells.Wrong("id", "merged-asset", $"{named} was merged into {into}; say it of that one");
                return false;
            }

            who = named;
        }

        var serial = false;
        for (var i = 0; i < _identifiers.Length; i++)
        {
            if (_lengths[i] == 0)
            {
                continue;
            }

            var (name, kind, _) = _identifiers[i];
            serial |= kind == IdentifierKind.Serial;
            if (_ground.Ledger.HolderOf(kind, Identifier(i), _ground.NowMs) is not { } holder || holder == who)
            {
                continue;
            }

            if (who is { } other)
            {
                _cells.Wrong(name, $"duplicate-{name}", $"'{System.Text.Encoding.UTF8.GetString(Identifier(i))}' is that of {holder}, and the row means {other}; "
                    + "correct it, or merge the two");
                return false;
            }

            who = holder;
        }

        // Another serial in the same place is another thing; a thing without one may be the one that is named now.
        if (who is null && place is { } there && _occupants.At(there) is { } occupant && (!serial || !_occupants.HasSerial(occupant)))
        {
            who = occupant;
        }

        return true;
    }
}
