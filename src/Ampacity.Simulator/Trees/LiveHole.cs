namespace Ampacity.Simulator;

/// <summary>How a live value is written.</summary>
internal enum HoleForm
{
    /// <summary>A JSON number, or null when there is no reading.</summary>
    Number,

    /// <summary>A number in quotes with six decimals, <c>"nan"</c> without a reading: metric reports.</summary>
    QuotedNumber,

    /// <summary>A text in quotes, or null.</summary>
    Text,

    /// <summary>The instant of the reading, ISO 8601.</summary>
    Time,

    /// <summary>Whether the readings stand still.</summary>
    StaleFlag,
}

/// <summary>A place in a resource whose value differs between BMCs or instants.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Decimals">Digits after the point.</param>
/// <param name="Reading">The number; null unless the form is a number.</param>
/// <param name="Wording">The text; null unless the form is a text.</param>
internal sealed record LiveHole(HoleForm Form, int Decimals, Reading? Reading, Wording? Wording);
