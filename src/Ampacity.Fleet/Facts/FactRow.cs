using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// One fact as columns give it and records keep it: placements and identifiers, of which there are millions, plain; any other value as
/// the object that equal facts share.
/// </summary>
/// <param name="subject">What it is about.</param>
/// <param name="aspect">Which aspect.</param>
/// <param name="key">Tells facts of one aspect apart, or empty.</param>
/// <param name="value">The value; null for a placement or an identifier.</param>
/// <param name="place">Of a placement.</param>
/// <param name="text">Of an identifier: UTF-8.</param>
/// <param name="valid">When it holds.</param>
/// <param name="declaredBy">Owner, or empty.</param>
public readonly ref struct FactRow(
    Subject subject,
    FactAspect aspect,
    string key,
    FactValue? value,
    StableKey place,
    ReadOnlySpan<byte> text,
    Validity valid,
    string declaredBy)
{
    /// <summary>What it is about.</summary>
    public Subject Subject { get; } = subject;

    /// <summary>Which aspect.</summary>
    public FactAspect Aspect { get; } = aspect;

    /// <summary>Tells facts of one aspect apart, or empty.</summary>
    public string Key { get; } = key;

    /// <summary>The value; null for a placement or an identifier.</summary>
    public FactValue? Value { get; } = value;

    /// <summary>Where a placement puts its subject.</summary>
    public StableKey Place { get; } = place;

    /// <summary>An identifier's text, UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>When it holds.</summary>
    public Validity Valid { get; } = valid;

    /// <summary>Owner, or empty.</summary>
    public string DeclaredBy { get; } = declaredBy;

    /// <summary>The value as an object, whatever the aspect.</summary>
    public FactValue ToValue() => Aspect switch
    {
        FactAspect.Placement => new PlacementFact(Place.Node, Place.Part),
        FactAspect.Identifier => new IdentifierFact(IdentifierKeys.KindOf(Key), Encoding.UTF8.GetString(Text)),
        _ => Value!,
    };
}
