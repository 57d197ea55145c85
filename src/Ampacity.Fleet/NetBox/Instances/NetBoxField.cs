namespace Ampacity.Fleet;

/// <summary>What the value of a NetBox field must look like where it is not null.</summary>
internal enum NetBoxShape : byte
{
    /// <summary>Anything; nothing of it is used.</summary>
    Any,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A number, or a number as text (NetBox writes decimals either way).</summary>
    Number,

    /// <summary>true or false.</summary>
    Truth,

    /// <summary><c>{"value": …, "label": …}</c>, or the bare value.</summary>
    Choice,

    /// <summary>An object with an <c>id</c>, or the bare id.</summary>
    Reference,

    /// <summary>A list.</summary>
    List,
}

/// <summary>What becomes of a NetBox field.</summary>
internal enum NetBoxFate : byte
{
    /// <summary>It is carried over; whatever of it is not has a report line of its own.</summary>
    Carried,

    /// <summary>It follows from other objects, or only keeps NetBox's own books: nothing is lost without it.</summary>
    Derived,

    /// <summary>It has no place here: counted in the report wherever it holds a value.</summary>
    Lost,
}

/// <summary>One field of one kind of NetBox object.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Shape">What its value must look like.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="IsRequired">Whether an object without it cannot be understood.</param>
/// <param name="Why">Why it is lost.</param>
/// <param name="Unless">The usual value, which says nothing and is not counted; null if every value counts.</param>
internal sealed record NetBoxField(
    string Name, NetBoxShape Shape, NetBoxFate Fate, bool IsRequired = false, string Why = "", string? Unless = null);
