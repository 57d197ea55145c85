using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Fields by the names that people know: which fact each is, and how its text is read. Texts are those of fleet files.</summary>
internal static class EditFields
{
    /// <summary>What a field that says the peer of a port begins with.</summary>
    public const string Cable = "cable.";

    private const int TextMax = 4000;

    private static readonly Dictionary<string, IdentifierKind> Identifiers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serial"] = IdentifierKind.Serial,
        ["mac"] = IdentifierKind.Mac,
        ["bmc"] = IdentifierKind.Mac,
        ["uuid"] = IdentifierKind.Uuid,
        ["hostname"] = IdentifierKind.Hostname,
        ["assetTag"] = IdentifierKind.AssetTag,
    };

    /// <summary>Which kind of identifier a field is, if it is one.</summary>
    public static bool TryIdentifier(string field, out IdentifierKind kind) => Identifiers.TryGetValue(field, out kind);

    /// <summary>The slot of a field of a subject and how to make its value.</summary>
    /// <param name="field">Name of the field.</param>
    /// <param name="subject">Whose.</param>
    /// <param name="kind">Kind of the node; none for an asset.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <returns>The slot, and a function of the value before and the text (null to take the field away) that gives the value after, or null.</returns>
    /// <exception cref="EditRefusal">There is no such field for such a subject.</exception>
    public static (Slot Slot, Func<FactValue?, string?, FactValue?> Make) Of(string field, Subject subject, NodeKind kind, SkuCatalogue catalogue)
    {
        var isAsset = subject.Kind == SubjectKind.Asset;
        var isRack = kind == NodeKind.Rack;
        if (isAsset && TryIdentifier(field, out var identifier))
        {
            return (new(subject, FactAspect.Identifier, IdentifierKeys.Of(identifier)), (_, text) => text is null ? null : Identifier(identifier, text));
        }

        if (isAsset && field.StartsWith("firmware.", StringComparison.Ordinal) && field.Length is > 9 and <= 80)
        {
            var component = field[9..];
            return (new(subject, FactAspect.Firmware, component), (_, text) => text is null ? null : new FirmwareFact(component, Plain(text, 200)));
        }

        if (isAsset && field.StartsWith(Cable, StringComparison.Ordinal) && field.Length > Cable.Length && field.Length <= Cable.Length + BaselineFact.CharsMax)
        {
            var port = field[Cable.Length..];
            return (new(subject, FactAspect.Cable, port), (_, text) => text is null ? null : new CableFact(port, Plain(text, BaselineFact.CharsMax)));
        }

        switch (field)
        {
            case "tenant" or "owner" or "operator" when isAsset || kind.IsPlace():
                return kind == NodeKind.Hall
                    ? (new(subject, FactAspect.Hall, ""), (before, text) => OfHall(before as HallFact, field, text is null ? null : Name(text)))
                    : (new(subject, FactAspect.Parties, ""), (before, text) => OfParties(before as PartiesFact, field, text is null ? null : Name(text)));
            case "note":
                return (new(subject, FactAspect.Note, ""), (_, text) => text is null ? null : new NoteFact(Plain(text, TextMax)));
            case "partNumber" when isAsset:
                return (new(subject, FactAspect.PartNumber, ""), (_, text) => text is null ? null : new PartNumberFact(Plain(text, 200)));
            case "address" when isAsset:
                return (new(subject, FactAspect.BmcAddress, ""), (_, text) => text is null ? null : new BmcAddressFact(Address(text)));
            case "sku" when isAsset || isRack:
                return (new(subject, FactAspect.Sku, ""), (_, text) => text is null ? null : Sku(text, catalogue, isRack));
            case "state" when isAsset || isRack:
                return (new(subject, FactAspect.Lifecycle, ""), (_, text) => text is null ? null : new LifecycleFact(State(text)));
            case "programme" when isRack:
                return (new(subject, FactAspect.Programme, ""), (_, text) => text is null ? null : new ProgrammeFact(Name(text)));
            case "position" when isRack:
                return (new(subject, FactAspect.FloorPosition, ""), (_, text) => text is null ? null : Position(text));
            case "liquid" when isRack:
                return (new(subject, FactAspect.HeatSplit, ""), (_, text) => text is null ? null : Liquid(text));
            case "rating" when kind.IsPower():
                return (new(subject, FactAspect.PowerRating, ""), (before, text) => text is null ? null : Rating(before as PowerRatingFact, text));
            case "capacity" when kind.IsCooling():
                return (new(subject, FactAspect.CoolingRating, ""), (before, text) => text is null ? null : Capacity(before as CoolingRatingFact, text));
            case "mode" when isRack || kind.IsPower():
                return (new(subject, FactAspect.FeedMode, ""), (before, text) => text is null ? null : Mode(before as FeedModeFact, text));
            default:
                throw new EditRefusal("unknown-field", $"a {(isAsset ? "asset" : kind.ToString())} has no field '{(field.Length > 60 ? field[..60] : field)}' that can be set; "
                    + "there are tenant, owner, operator, note, tag, sku, state; of a hall tranche.<name>; of a rack "
                    + "programme, position, liquid, mode, feeds, cdus, domain, domain.<part>, link.<rack or switch>; of a hall baseline.<sku>:<property>; of an asset serial, mac, uuid, hostname, assetTag, "
                    + "partNumber, address, firmware.<component>, cable.<component>/<port>; of a power node rating, mode, feeds; of a cooling node capacity, coolers; of a switch link.<rack or switch>");
        }
    }

    /// <summary>A lifecycle state in any spelling of its letters.</summary>
    /// <exception cref="EditRefusal">It is none.</exception>
    public static LifecycleState State(string text) =>
        Enum.TryParse<LifecycleState>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0])
            ? state
            : throw new EditRefusal("bad-state", $"'{text}' is no state; write one of {string.Join(", ", Enum.GetNames<LifecycleState>())}");

    public static IdentifierFact Identifier(IdentifierKind kind, string text) => IdentifierText.TryNormalise(kind, text, out var normal, out var hint)
        ? new IdentifierFact(kind, normal)
        : throw new EditRefusal("no-identifier", hint);

    /// <summary>A tag.</summary>
    /// <exception cref="EditRefusal">It is none.</exception>
    public static string Tag(string? text) => text is not null && IsName(text)
        ? text
        : throw new EditRefusal("bad-tag", $"'{text}' is no tag; write lower-case letters, digits, _ . and -, at most 63");

    public static FloorPositionFact Position(string text)
    {
        var parts = text.Trim('[', ']', ' ').Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && QuantityText.TryMeters(parts[0], out var x, out _) && QuantityText.TryMeters(parts[1], out var y, out _)
            ? new FloorPositionFact(x.Value, y.Value)
            : throw new EditRefusal("bad-quantity", $"'{text}' is no position; write metres from the hall's origin such as [2 m, 4 m]");
    }

    public static string Name(string text) => IsName(text)
        ? text
        : throw new EditRefusal("bad-name", $"'{(text.Length > 80 ? text[..80] : text)}' is no name; write lower-case letters, digits, _ . and -, at most 63");

    // As in fleet files: ^[a-z0-9][a-z0-9_.-]{0,62}$
    private static bool IsName(string text) => text.Length is > 0 and <= 63
        && (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0]))
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-');

    private static string Address(string text)
    {
        try
        {
            return SurveyTargets.Parse(text, 443, "https") is [_] ? text.Trim() : throw new EditRefusal("bad-address", $"'{text}' is several addresses; a BMC has one");
        }
        catch (FormatException error)
        {
            throw new EditRefusal("bad-address", error.Message);
        }
    }

    internal static string Plain(string text, int charsMax) => text.Trim() is { Length: > 0 } trimmed && trimmed.Length <= charsMax && !trimmed.Any(c => char.IsControl(c) && c != '\n')
        ? trimmed
        : throw new EditRefusal("bad-text", $"a text has 1 to {charsMax.ToString(CultureInfo.InvariantCulture)} characters and no control characters");

    private static HallFact? OfHall(HallFact? before, string field, string? text)
    {
        var hall = before ?? new HallFact(null, null, null, null);
        return field switch
        {
            "tenant" => hall with { Tenant = text },
            "owner" => hall with { Owner = text },
            _ => hall with { Operator = text },
        };
    }

    private static PartiesFact? OfParties(PartiesFact? before, string field, string? text)
    {
        var parties = before ?? new PartiesFact(null, null, null);
        parties = field switch
        {
            "tenant" => parties with { Tenant = text },
            "owner" => parties with { Owner = text },
            _ => parties with { Operator = text },
        };
        return parties is { Operator: null, Tenant: null, Owner: null } ? null : parties;
    }

    private static PinnedSkuFact Sku(string text, SkuCatalogue catalogue, bool rack)
    {
        if (!SkuRevision.TryParse(text, out var revision) || !catalogue.TryFind(revision, out var sku))
        {
            throw new EditRefusal("unknown-sku", $"the catalogue has no '{text}'; write one such as nvidia/gb200-nvl72@1, or add its file");
        }

        return (sku.Kind == SkuKind.Rack) == rack
            ? new PinnedSkuFact(text)
            : throw new EditRefusal(rack ? "not-a-rack" : "bad-sku", $"{text} is a {sku.Kind}, {(rack ? "and a rack needs one of kind Rack" : "which is a place with a build, not an asset in one")}");
    }

    private static HeatSplitFact Liquid(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? new HeatSplitFact(share)
            : QuantityText.TryRatio(text, out var ratio, out _) && ratio.Value <= 1
                ? new HeatSplitFact(ratio.Value)
                : throw new EditRefusal("bad-quantity", $"'{text}' is no share; write one from 0 to 1, or 87%");

    private static PowerRatingFact Rating(PowerRatingFact? before, string text)
    {
        if (!QuantityText.TryPowerRating(text, out var rating, out var hint))
        {
            throw new EditRefusal("bad-quantity", hint);
        }

        return (before ?? new PowerRatingFact(null, null, null, null, 1, 0.98, [])) with
        {
            Watts = (rating as PowerRating.Real)?.Power.Value,
            VoltAmperes = (rating as PowerRating.ApparentPower)?.Power.Value,
            Amperes = (rating as PowerRating.CurrentAtVoltage)?.Rating.Current.Value,
            Volts = (rating as PowerRating.CurrentAtVoltage)?.Rating.LineToLine.Value,
        };
    }

    private static CoolingRatingFact Capacity(CoolingRatingFact? before, string text) =>
        QuantityText.TryCoolingCapacity(text, out var capacity, out var approach, out var hint)
            ? (before ?? new CoolingRatingFact(null, null, null)) with { CapacityWatts = capacity.Value, ApproachKelvins = approach.Value }
            : throw new EditRefusal("bad-quantity", hint);

    private static FeedModeFact Mode(FeedModeFact? before, string text) => text switch
    {
        "active-active" => new FeedModeFact(FeedMode.ActiveActive, before?.TransferSeconds),
        "preferred" => new FeedModeFact(FeedMode.Preferred, before?.TransferSeconds),
        "catcher" => new FeedModeFact(FeedMode.Catcher, before?.TransferSeconds),
        _ => throw new EditRefusal("bad-mode", $"'{text}' is no mode; write active-active, preferred or catcher"),
    };
}
