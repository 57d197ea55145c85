using System.Text;

namespace Ampacity.Fleet;

/// <summary>A recorded fact where it stands in its table: reading one column of it touches only that column.</summary>
public readonly struct RecordedFact
{
    private readonly FactTable _table;
    private readonly int _row;

    internal RecordedFact(FactTable table, int row)
    {
        _table = table;
        _row = row;
    }

    /// <summary>Its id.</summary>
    public FactId Id => new(_row + 1L);

    /// <summary>What it is about.</summary>
    public Subject Subject => new((SubjectKind)Page.Kind[At], Page.Subject[At]);

    /// <summary>Which aspect.</summary>
    public FactAspect Aspect => (FactAspect)Page.Aspect[At];

    /// <summary>Tells facts of one aspect apart, or empty.</summary>
    public string Key => _table.Key(_row);

    /// <summary>When it holds.</summary>
    public Validity Valid => _table.Valid(_row);

    /// <summary>Owner, or empty.</summary>
    public string DeclaredBy => _table.Owner(_row);

    /// <summary>The change set that recorded it.</summary>
    public ChangeSetId RecordedBy => new(_table.RecordedBy(_row));

    /// <summary>Where a placement puts its subject.</summary>
    public StableKey Place => new((int)(Page.Payload[At] >> 16), (int)(Page.Payload[At] & 0xffff));

    /// <summary>An identifier's text, UTF-8.</summary>
    public ReadOnlySpan<byte> Text => _table.Text(Page.Payload[At]);

    /// <summary>The value; made anew for placements and identifiers, shared for all others.</summary>
    public FactValue Value => Aspect switch
    {
        FactAspect.Placement => new PlacementFact(Place.Node, Place.Part),
        FactAspect.Identifier => new IdentifierFact(IdentifierKeys.KindOf(Key), Encoding.UTF8.GetString(Text)),
        _ => _table.Value((int)Page.Payload[At]),
    };

    private FactPage Page => _table.PageOf(_row);

    private int At => _row & FactPage.Mask;

    /// <summary>All of it as an object.</summary>
    public Fact ToFact()
    {
        var retractedBy = _table.RetractedBy(_row);
        return new Fact(Id, Subject, Key, Value, Valid, DeclaredBy, RecordedBy, retractedBy == 0 ? null : new ChangeSetId(retractedBy));
    }
}
