using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>Commands that change the inventory other than by files; each sends edits to <c>/api/fleet/v1/edits</c>.</summary>
internal static class EditCommands
{
    private const string WhatText = "A path as `ampacity tree` prints it, asset:12, serial:…, mac:…, or an identifier that only one asset has.";

    private static readonly Option<string?> At = new("--at") { Description = "From when, such as 2026-11-23T12:00:00Z; past or future. Default: now." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept with the change set." };

    public static Command MakeSet()
    {
        var what = What();
        var fields = Many("field=value", "Fields, such as tenant=openai serial=1234 firmware.bmc=1.2 \"rating=3 MW\" feeds=bw-1a,bw-1b "
            + "\"tranche.t1=25 MW, energised: 2027-01-01\" domain=d1 link.leaf-1=4; an empty value ends the field; tag=a and tag=-a.");
        return Edit("set", "Change fields from now (or --at) on; the past stays.", "ampacity set abilene/h1/r01/07 tenant=openai", [what, fields], [], arguments =>
            [.. arguments.GetValue(fields)!.Select(pair => Set(arguments.GetValue(what)!, Split(pair), arguments.GetValue(At)))]);
    }

    public static Command MakeCorrect()
    {
        var what = What();
        var fields = Many("field=value", "Fields that were recorded wrongly, with the right value; an empty one says there was none.");
        var from = new Option<string?>("--from") { Description = "Begin of the span that is corrected. Default: that of the wrong value." };
        var until = new Option<string?>("--until") { Description = "End of the span." };
        return Edit(
            "correct", "Replace what was recorded wrongly: by today's belief it never was so.", "ampacity correct serial:1234 serial=1243", [what, fields], [from, until],
            arguments => [.. arguments.GetValue(fields)!.Select(Split).Select(pair => new EditRow("correct", arguments.GetValue(what))
            {
                Field = pair.Field, Value = pair.Value.Length == 0 ? null : pair.Value, At = arguments.GetValue(At),
                From = arguments.GetValue(from), Until = arguments.GetValue(until),
            })]);
    }

    public static Command MakeState()
    {
        var what = What();
        var to = One("state", "planned, ordered, shipped, landed, racked, powered, burnin, accepted, live, draining, failed or repair.");
        return Edit("state", "Take a rack or an asset a legal step on in its life.", "ampacity state abilene/h1/r01/07 draining", [what, to], [], arguments =>
            [new EditRow("state", arguments.GetValue(what)) { To = arguments.GetValue(to), At = arguments.GetValue(At) }]);
    }

    public static Command MakeMove()
    {
        var what = What();
        var to = One("to", "The new position of a rack, the new place of an asset, or stock.");
        var feeds = new Option<string?>("--feeds") { Description = "What feeds a rack there, with commas. Default: as its neighbours." };
        var cdus = new Option<string?>("--cdus") { Description = "What cools a rack there, with commas. Default: as its neighbours." };
        var position = new Option<string?>("--position") { Description = "Where a rack stands, such as \"[2 m, 4 m]\". Default: by the row's pitch." };
        var swap = new Option<bool>("--swap") { Description = "The asset that is there takes the place of the moved one." };
        var toStock = new Option<bool>("--to-stock") { Description = "The asset that is there is taken out." };
        return Edit(
            "move", "Move a rack to another position, or an asset to another place.", "ampacity move abilene/h1/r01/07 abilene/h1/r02/20",
            [what, to], [feeds, cdus, position, swap, toStock], arguments =>
            [
                new EditRow("move", arguments.GetValue(what))
                {
                    To = arguments.GetValue(to), At = arguments.GetValue(At), Feeds = List(arguments.GetValue(feeds)), Cdus = List(arguments.GetValue(cdus)),
                    Position = arguments.GetValue(position), Swap = arguments.GetValue(swap), ToStock = arguments.GetValue(toStock),
                },
            ]);
    }

    public static Command MakeRetire()
    {
        var what = What();
        var contents = new Option<bool>("--with-contents") { Description = "Retire what is in a rack with it." };
        return Edit("retire", "End a rack or an asset for good; its history stays.", "ampacity retire serial:1234", [what], [contents], arguments =>
            [new EditRow("retire", arguments.GetValue(what)) { At = arguments.GetValue(At), WithContents = arguments.GetValue(contents) }]);
    }

    public static Command MakeMerge()
    {
        var what = What();
        var into = One("into", "The asset that it is.");
        var keep = new Option<string?>("--keep") { Description = "Whose values win where both have one: what (the first) or into (the second)." };
        return Edit("merge", "Two records are one thing: it goes on under the second.", "ampacity merge asset:12 asset:14", [what, into], [keep], arguments =>
            [new EditRow("merge", arguments.GetValue(what)) { Into = arguments.GetValue(into), Keep = arguments.GetValue(keep), At = arguments.GetValue(At) }]);
    }

    public static Command MakeSplit()
    {
        var what = What();
        var take = new Option<string>("--take") { Description = "What the new asset takes, with commas: serial, mac, uuid, hostname, assetTag, placement.", Required = true };
        return Edit("split", "One record is two things: a new asset takes a part of it.", "ampacity split asset:12 --take serial,placement", [what], [take], arguments =>
            [new EditRow("split", arguments.GetValue(what)) { Takes = List(arguments.GetValue(take)), At = arguments.GetValue(At) }]);
    }

    public static Command MakeSwapBmc()
    {
        var what = What();
        var mac = One("mac", "MAC of the new board.");
        return Edit("swap-bmc", "A tray got a new BMC board: another MAC, the same tray.", "ampacity swap-bmc abilene/h1/r01/07/05 02:00:00:00:01:05", [what, mac], [], arguments =>
            [new EditRow("swap-bmc", arguments.GetValue(what)) { Mac = arguments.GetValue(mac), At = arguments.GetValue(At) }]);
    }

    private static Command Edit(
        string name, string says, string example, IReadOnlyList<Argument> takes, IReadOnlyList<Option> options, Func<ParseResult, IReadOnlyList<EditRow>> edits)
    {
        var command = new Command(name, $"{says}\n\nExample:  {example}") { At, Reason, ChangeRun.Yes };
        foreach (var argument in takes)
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction((arguments, cancel) =>
        {
            var rows = edits(arguments);
            return ChangeRun.RunAsync(
                arguments, "api/fleet/v1/edits", dryRun => new EditsRequest(rows, ChangeRun.Author, arguments.GetValue(Reason), dryRun), cancel);
        });
        return command;
    }

    private static EditRow Set(string what, (string Field, string Value) pair, string? at) => pair switch
    {
        { Field: "tag", Value: ['-', .. var tag] } => new EditRow("untag", what) { Tags = [tag], At = at },
        { Field: "tag" } => new EditRow("tag", what) { Tags = [pair.Value], At = at },
        { Value.Length: 0 } => new EditRow("end", what) { Field = pair.Field, At = at },
        _ => new EditRow("change", what) { Field = pair.Field, Value = pair.Value, At = at },
    };

    private static (string Field, string Value) Split(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        return at > 0 ? (pair[..at], pair[(at + 1)..]) : throw new RefusedException($"'{pair}' is not field=value, such as tenant=openai.", null) { Code = CommandRun.Usage };
    }

    private static string[]? List(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Argument<string> What() => One("what", WhatText);

    private static Argument<string> One(string name, string says) => new(name) { Description = says };

    private static Argument<string[]> Many(string name, string says) => new(name) { Description = says, Arity = ArgumentArity.OneOrMore };
}
