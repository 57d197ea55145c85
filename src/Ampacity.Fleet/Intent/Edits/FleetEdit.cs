namespace Ampacity.Fleet;

/// <summary>
/// A change to the inventory that a person or program asks for, other than by a file: a closed set. Several are planned into one draft,
/// which is carried out whole or not at all.
/// </summary>
/// <param name="What">
/// What it is about: a place's path, <c>asset:12</c>, <c>serial:…</c> (or <c>mac:</c>, <c>uuid:</c>, <c>hostname:</c>, <c>assetTag:</c>),
/// <c>programme:…</c>, <c>organisation:…</c>, or an identifier that only one asset has.
/// </param>
/// <param name="AtMs">When it begins to hold in the world, UTC milliseconds, past or future; null is now.</param>
public abstract record FleetEdit(string What, long? AtMs)
{
    /// <summary>From an instant on a field has another value: the past stays as it was.</summary>
    /// <param name="What">What.</param>
    /// <param name="Field">Which field, such as <c>tenant</c> or <c>firmware.bmc</c>.</param>
    /// <param name="Value">As written in fleet files; lists with commas between.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Change(string What, string Field, string Value, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>A field was recorded wrongly: by today's belief it never was so.</summary>
    /// <param name="What">What.</param>
    /// <param name="Field">Which field.</param>
    /// <param name="Value">The right value; null where there was none.</param>
    /// <param name="AtMs">An instant at which the wrong fact holds; null is now.</param>
    /// <param name="Span">The span that is corrected; null for that of the wrong fact.</param>
    public sealed record Correct(string What, string Field, string? Value, long? AtMs, Validity? Span) : FleetEdit(What, AtMs);

    /// <summary>From an instant on a field has no value.</summary>
    /// <param name="What">What.</param>
    /// <param name="Field">Which field.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record End(string What, string Field, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>Words to group by begin or end.</summary>
    /// <param name="What">What.</param>
    /// <param name="Tags">The tags.</param>
    /// <param name="Remove">Whether they end.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Tag(string What, IReadOnlyList<string> Tags, bool Remove, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>Another step of the lifecycle.</summary>
    /// <param name="What">A rack or an asset.</param>
    /// <param name="To">The state that begins.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record State(string What, LifecycleState To, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>A rack gets another position, or an asset another place.</summary>
    /// <param name="What">A rack's path, or an asset.</param>
    /// <param name="To">Path of the new position or place; <c>stock</c> takes an asset out of its place.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Move(string What, string To, long? AtMs) : FleetEdit(What, AtMs)
    {
        /// <summary>Feeds of a rack there, preferred first; null takes those of its neighbours.</summary>
        public IReadOnlyList<string>? Feeds { get; init; }

        /// <summary>Coolers of a rack there; null takes those of its neighbours.</summary>
        public IReadOnlyList<string>? Coolers { get; init; }

        /// <summary>Where a rack stands, such as <c>[2 m, 4 m]</c>; null takes the row's pitch.</summary>
        public string? Position { get; init; }

        /// <summary>The asset that is there goes where the moved one comes from.</summary>
        public bool Swap { get; init; }

        /// <summary>The asset that is there is taken out and has no place then.</summary>
        public bool ToStock { get; init; }
    }

    /// <summary>Gone for good: its placement ends, its identity and history stay.</summary>
    /// <param name="What">A rack or an asset.</param>
    /// <param name="WithContents">A rack's assets are retired with it; else it must be empty.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Retire(string What, bool WithContents, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>Two records turned out to be one thing: it goes on under the id of the second.</summary>
    /// <param name="What">The asset that ends.</param>
    /// <param name="Into">The asset that stays.</param>
    /// <param name="Keep">Whose identifiers and place win where both have one: null refuses that.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Merge(string What, string Into, MergeKeep? Keep, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>One record turned out to be two things: a new asset takes a part of it.</summary>
    /// <param name="What">The asset.</param>
    /// <param name="Takes">What the new one takes: kinds of identifier, and <c>placement</c>.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Split(string What, IReadOnlyList<string> Takes, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>The BMC board of a tray is replaced: its MAC is another, the tray stays the thing that it is.</summary>
    /// <param name="What">The tray.</param>
    /// <param name="Mac">MAC of the new board.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record SwapBmc(string What, string Mac, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>Two trays changed places and their BMC boards did not: each has the other's MAC from then on.</summary>
    /// <param name="What">One tray.</param>
    /// <param name="Other">The other.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record ExchangeBmcs(string What, string Other, long? AtMs) : FleetEdit(What, AtMs);

    /// <summary>A rule binds series to places: to one place that is named, or by an identifier or a path that their labels say.</summary>
    /// <param name="What">The hall that declares it; or, without asset and place, the place or asset that the series belong to.</param>
    /// <param name="Match">A PromQL selector, already checked.</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Bind(string What, string Match, long? AtMs) : FleetEdit(What, AtMs)
    {
        /// <summary>Identifier by which the asset is found.</summary>
        public IdentifierKind? AssetBy { get; init; }

        /// <summary>Label that holds it.</summary>
        public string? AssetFrom { get; init; }

        /// <summary>Path in the hall with <c>$label</c>s.</summary>
        public string? Place { get; init; }

        /// <summary>When it is tried.</summary>
        public BindOrder Order { get; init; }

        /// <summary>Rank of the rule that it replaces.</summary>
        public int? Replaces { get; init; }
    }

    /// <summary>A binding rule ends.</summary>
    /// <param name="What">The hall that declares it.</param>
    /// <param name="Rank">Its rank (<see cref="BindingRank"/>).</param>
    /// <param name="AtMs">From when.</param>
    public sealed record Unbind(string What, int Rank, long? AtMs) : FleetEdit(What, AtMs);
}

/// <summary>When a binding rule that is made by hand is tried.</summary>
public enum BindOrder : byte
{
    /// <summary>Before every rule of files and before older overrides.</summary>
    First,

    /// <summary>Behind every rule that there is.</summary>
    Last,

    /// <summary>In the place of another one.</summary>
    Replace,
}

/// <summary>Whose values win when both merged assets have one.</summary>
public enum MergeKeep : byte
{
    /// <summary>Those of the asset that ends.</summary>
    What = 1,

    /// <summary>Those of the asset that stays.</summary>
    Into = 2,
}

/// <summary>An edit cannot be planned; the message says why and what to do instead.</summary>
internal sealed class EditRefusal(string rule, string hint) : Exception(hint)
{
    /// <summary>Short stable name of the rule.</summary>
    public string Rule { get; } = rule;
}
