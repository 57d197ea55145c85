using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;

namespace Ampacity.Collect;

/// <summary>
/// Sees from managers, systems and collections that a BMC has booted, was powered, has other firmware or other members.
/// </summary>
/// <remarks>One thread at a time. One for each resource: a tray has a manager of its own and one of its board.</remarks>
internal sealed class ResourceWatch
{
    private Seen? _seen;

    /// <summary>What has changed since the body before; null for nothing, and for bodies that say none of it.</summary>
    public (BmcChangeKind Kind, string Evidence)? Look(string uri, ReadOnlySpan<byte> body)
    {
        if (Read(body) is not { } now)
        {
            return null;
        }

        if (_seen is not { } before)
        {
            _seen = now;
            return null;
        }

        // What this body does not say stays as it was: firmware that has just booted leaves things out.
        _seen = new Seen(
            now.ResetTime ?? before.ResetTime, now.Firmware ?? before.Firmware, now.PowerState ?? before.PowerState, now.UptimeSeconds ?? before.UptimeSeconds,
            now.Members ?? before.Members, now.Members is null ? before.Count : now.Count);
        return Changed(before.Firmware, now.Firmware) ? (BmcChangeKind.Firmware, $"{uri}#/FirmwareVersion: {before.Firmware} before, {now.Firmware} now")
            : Changed(before.ResetTime, now.ResetTime) ? (BmcChangeKind.Booted, $"{uri}#/LastResetTime: {before.ResetTime} before, {now.ResetTime} now")
            : now.UptimeSeconds < before.UptimeSeconds ? (BmcChangeKind.Booted, string.Create(CultureInfo.InvariantCulture, $"{uri}: up for {before.UptimeSeconds} s before, {now.UptimeSeconds} s now"))
            : Changed(before.PowerState, now.PowerState) ? (BmcChangeKind.Power, $"{uri}#/PowerState: {before.PowerState} before, {now.PowerState} now")
            : before.Members is not null && now.Members is not null && before.Members != now.Members
                ? (BmcChangeKind.Membership, string.Create(CultureInfo.InvariantCulture, $"{uri}#/Members: {before.Count} before, {now.Count} now{(before.Count == now.Count ? ", other ones" : "")}"))
            : null;
    }

    private static bool Changed(string? before, string? now) => before is not null && now is not null && before != now;

    private static Seen? Read(ReadOnlySpan<byte> body)
    {
        var seen = new Seen(null, null, null, null, null, 0);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                seen = Take(ref reader, seen);
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null; // half a body says nothing; the next one does
        }

        return seen;
    }

    private static Seen Take(ref Utf8JsonReader reader, Seen seen)
    {
        if (reader.ValueTextEquals("LastResetTime"u8))
        {
            return seen with { ResetTime = Text(ref reader) is { } time && !time.StartsWith("0000", StringComparison.Ordinal) ? time : null }; // Dell: 0000-00-00
        }

        if (reader.ValueTextEquals("FirmwareVersion"u8))
        {
            return seen with { Firmware = Text(ref reader) };
        }

        if (reader.ValueTextEquals("PowerState"u8))
        {
            // On the way from one to the other is neither.
            return seen with { PowerState = Text(ref reader) is "On" or "Off" ? LastText(ref reader) : null };
        }

        if (reader.ValueTextEquals("UptimeSeconds"u8) || reader.ValueTextEquals("UpTimeSeconds"u8))
        {
            reader.Read();
            var uptime = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) ? seconds : (double?)null;
            reader.Skip();
            return seen with { UptimeSeconds = uptime };
        }

        if (reader.ValueTextEquals("Members"u8))
        {
            reader.Read();
            return reader.TokenType == JsonTokenType.StartArray ? TakeMembers(ref reader, seen) : Skipped(ref reader, seen);
        }

        reader.Read();
        return Skipped(ref reader, seen);
    }

    // The links alone, whatever their order: bodies that come along change all the time.
    private static Seen TakeMembers(ref Utf8JsonReader reader, Seen seen)
    {
        var (links, count) = (0UL, 0);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            count++;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isLink = reader.ValueTextEquals("@odata.id"u8);
                reader.Read();
                links ^= isLink && reader.TokenType == JsonTokenType.String ? XxHash3.HashToUInt64(reader.ValueSpan) : 0;
                reader.Skip();
            }
        }

        return seen with { Members = links, Count = count };
    }

    private static Seen Skipped(ref Utf8JsonReader reader, Seen seen)
    {
        reader.Skip();
        return seen;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = LastText(ref reader);
        reader.Skip();
        return text;
    }

    private static string? LastText(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 256 ? reader.GetString() : null;

    private sealed record Seen(string? ResetTime, string? Firmware, string? PowerState, double? UptimeSeconds, ulong? Members, int Count);
}
