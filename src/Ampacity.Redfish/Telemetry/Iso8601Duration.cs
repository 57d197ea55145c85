namespace Ampacity.Redfish;

/// <summary>Reads durations such as <c>PT13H7M11.74S</c>, in which Redfish counts throttling.</summary>
internal static class Iso8601Duration
{
    /// <summary>Seconds of a duration; false for what is none. Years and months have no fixed length and are none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double seconds)
    {
        seconds = 0;
        if (text.Length < 3 || text[0] != (byte)'P' || text.Length > 64)
        {
            return false;
        }

        text = text[1..];
        var isTime = false;
        var any = false;
        while (!text.IsEmpty)
        {
            if (text[0] == (byte)'T')
            {
                isTime = true;
                text = text[1..];
                continue;
            }

            if (!System.Buffers.Text.Utf8Parser.TryParse(text, out double number, out var used) || used >= text.Length || !double.IsFinite(number))
            {
                return false;
            }

            var unit = (text[used], isTime) switch
            {
                ((byte)'D', false) => 86_400,
                ((byte)'W', false) => 604_800,
                ((byte)'H', true) => 3_600,
                ((byte)'M', true) => 60,
                ((byte)'S', true) => 1,
                _ => 0,
            };
            if (unit == 0)
            {
                return false;
            }

            seconds += number * unit;
            any = true;
            text = text[(used + 1)..];
        }

        return any;
    }
}
