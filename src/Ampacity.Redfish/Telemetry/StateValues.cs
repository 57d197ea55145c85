namespace Ampacity.Redfish;

/// <summary>Redfish's words for states, as numbers that a series can hold: 0 is well, and more is worse. −1: unknown, which is not well.</summary>
internal static class StateValues
{
    /// <summary>A leak detector's DetectorState: 0 OK, 1 Warning, 2 Critical; −1 for Unavailable, Absent and words that we do not know: it is blind.</summary>
    public static int LeakDetector(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("OK"u8) ? 0 : word.SequenceEqual("Warning"u8) ? 1 : word.SequenceEqual("Critical"u8) ? 2 : -1;

    /// <summary>A circuit's BreakerState: 0 closed (Normal), 1 Off, 2 Tripped.</summary>
    public static int Breaker(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("Normal"u8) ? 0 : word.SequenceEqual("Off"u8) ? 1 : word.SequenceEqual("Tripped"u8) ? 2 : -1;

    /// <summary>A supply's LineInputStatus: 0 Normal, 1 OutOfRange, 2 LossOfInput.</summary>
    public static int LineInput(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("Normal"u8) ? 0 : word.SequenceEqual("OutOfRange"u8) ? 1 : word.SequenceEqual("LossOfInput"u8) ? 2 : -1;

    /// <summary>A port's LinkStatus: 1 LinkUp, 0 for LinkDown, NoLink, Starting and Training.</summary>
    public static int Link(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("LinkUp"u8) ? 1
        : word.SequenceEqual("LinkDown"u8) || word.SequenceEqual("NoLink"u8) || word.SequenceEqual("Starting"u8) || word.SequenceEqual("Training"u8) ? 0
        : -1;
}
