using System.Text.Json;

namespace Ampacity.Collect;

/// <summary>Sees from bodies of Inventory reads that a BMC has booted or has other firmware.</summary>
/// <remarks>One thread at a time. Kept for each resource: a tray has a manager of its own and one of its board.</remarks>
internal sealed class ManagerWatch
{
    private readonly Dictionary<string, (string? ResetTime, string? Firmware)> _seen = new(StringComparer.Ordinal);

    /// <summary>What has changed since the body before; null for nothing, and for bodies that say neither.</summary>
    public (BmcChangeKind Kind, string Evidence)? Look(string uri, ReadOnlySpan<byte> body)
    {
        var (reset, firmware) = Read(body);
        if (reset is null && firmware is null)
        {
            return null;
        }

        var isKnown = _seen.TryGetValue(uri, out var before);
        _seen[uri] = (reset ?? before.ResetTime, firmware ?? before.Firmware);
        return !isKnown ? null
            : firmware is not null && before.Firmware is not null && firmware != before.Firmware ? (BmcChangeKind.Firmware, $"{uri}#/FirmwareVersion: {before.Firmware} before, {firmware} now")
            : reset is not null && before.ResetTime is not null && reset != before.ResetTime ? (BmcChangeKind.Booted, $"{uri}#/LastResetTime: {before.ResetTime} before, {reset} now")
            : null;
    }

    private static (string? Reset, string? Firmware) Read(ReadOnlySpan<byte> body)
    {
        var (reset, firmware) = ((string?)null, (string?)null);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isReset = reader.ValueTextEquals("LastResetTime"u8);
                var isFirmware = reader.ValueTextEquals("FirmwareVersion"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && (isReset || isFirmware) && reader.ValueSpan.Length <= 256)
                {
                    (reset, firmware) = isReset ? (reader.GetString(), firmware) : (reset, reader.GetString());
                }

                reader.Skip();
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return default; // the decoder has said so of the same body, and it is counted there
        }

        return (reset, firmware);
    }
}
