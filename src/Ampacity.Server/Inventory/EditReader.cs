using System.Diagnostics.CodeAnalysis;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Reads an edit as sent: which members its verb needs.</summary>
internal static class EditReader
{
    private const int WhatMax = 600; // A path of six names of 63 characters and a part.
    private const int ValueMax = 8_000;
    private const int ListMax = 100;
    private const long LatestMs = 7_258_118_400_000; // The year 2200.

    public static bool TryRead(EditRow row, [NotNullWhen(true)] out FleetEdit? edit, [NotNullWhen(false)] out string? hint)
    {
        edit = null;
        hint = null;
        if (row.What is not { Length: > 0 and <= WhatMax })
        {
            hint = $"what names a place or an asset in 1 to {WhatMax} characters";
        }
        else if (new[] { row.Value, row.Field, row.To, row.Into, row.Position, row.Mac, row.Match, row.AssetBy, row.AssetFrom, row.Place, row.Order, row.Rule }.Any(text => text?.Length > ValueMax)
            || new[] { row.Feeds, row.Cdus, row.Takes, row.Tags }.Any(list => list?.Count > ListMax || list?.Any(text => text is null || text.Length > WhatMax) == true))
        {
            hint = $"a text has at most {ValueMax} characters, a list at most {ListMax} entries";
        }
        else if (!TryTime(row.At, out var atMs) || !TryTime(row.From, out var fromMs) || !TryTime(row.Until, out var untilMs) || fromMs >= untilMs)
        {
            hint = "at, from and until are RFC 3339 times of 1970 to 2200, such as 2026-11-23T12:00:00Z, or seconds since 1970; from is before until";
        }
        else if (row.Verb is "bind" or "unbind")
        {
            edit = BindingEditReader.Read(row, atMs, out hint);
        }
        else
        {
            edit = Read(row, atMs, fromMs, untilMs);
            hint = edit is not null ? null : row.Verb switch
            {
                "change" => "change takes field and value",
                "correct" => "correct takes field, and value, from and until where they are meant; until needs from",
                "end" => "end takes field",
                "tag" or "untag" => "tag and untag take tags",
                "state" => $"state takes to, one of {string.Join(", ", Enum.GetNames<LifecycleState>())}",
                "move" => "move takes to",
                "merge" => "merge takes into, and keep: what or into",
                "split" => "split takes takes",
                "swap-bmc" => "swap-bmc takes mac",
                _ => "verb is change, correct, end, tag, untag, state, move, retire, merge, split, swap-bmc, bind or unbind",
            };
        }

        return edit is not null;
    }

    private static FleetEdit? Read(EditRow row, long? atMs, long? fromMs, long? untilMs) => row switch
    {
        { Verb: "change", Field: { } field, Value: { } value } => new FleetEdit.Change(row.What!, field, value, atMs),
        { Verb: "correct", Field: { } field } when fromMs is not null || untilMs is null => new FleetEdit.Correct(
            row.What!, field, row.Value, atMs, fromMs is { } begin ? new Validity(begin, untilMs ?? Validity.Open) : null),
        { Verb: "end", Field: { } field } => new FleetEdit.End(row.What!, field, atMs),
        { Verb: "tag" or "untag", Tags: { Count: > 0 } tags } => new FleetEdit.Tag(row.What!, tags, row.Verb == "untag", atMs),
        { Verb: "state", To: { Length: > 0 } to } when Enum.TryParse<LifecycleState>(to, ignoreCase: true, out var state) && Enum.IsDefined(state)
            && !char.IsAsciiDigit(to[0]) => new FleetEdit.State(row.What!, state, atMs),
        { Verb: "move", To: { Length: > 0 } to } => new FleetEdit.Move(row.What!, to, atMs)
        {
            Feeds = row.Feeds,
            Coolers = row.Cdus,
            Position = row.Position,
            Swap = row.Swap,
            ToStock = row.ToStock,
        },
        { Verb: "retire" } => new FleetEdit.Retire(row.What!, row.WithContents, atMs),
        { Verb: "merge", Into: { Length: > 0 } into, Keep: null or "what" or "into" } => new FleetEdit.Merge(
            row.What!, into, row.Keep switch { "what" => MergeKeep.What, "into" => MergeKeep.Into, _ => null }, atMs),
        { Verb: "split", Takes: { Count: > 0 } takes } => new FleetEdit.Split(row.What!, takes, atMs),
        { Verb: "swap-bmc", Mac: { } mac } => new FleetEdit.SwapBmc(row.What!, mac, atMs),
        _ => null,
    };

    private static bool TryTime(string? text, out long? atMs)
    {
        atMs = null;
        if (text is null)
        {
            return true;
        }

        var read = TimeText.TryParse(text, out var parsed) && parsed is >= 0 and <= LatestMs;
        atMs = parsed;
        return read;
    }
}
