using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What of a chosen place the inventory page shows.</summary>
public enum InventoryTab : byte
{
    /// <summary>A table of what is below it.</summary>
    Below,

    /// <summary>Everything that hangs on it.</summary>
    Place,

    /// <summary>Every fact ever recorded about it.</summary>
    History,
}

/// <summary>What the address of the inventory page asks for: every view can be linked, and the browser's back button works.</summary>
public sealed record InventoryQuery
{
    /// <summary>Path of the chosen place; null for the whole fleet.</summary>
    public string? At { get; init; }

    /// <summary>What of it is shown; null is what its kind asks for.</summary>
    public InventoryTab? Tab { get; init; }

    /// <summary>Only this kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Only this lifecycle state.</summary>
    public string? State { get; init; }

    /// <summary>Only this SKU revision or product.</summary>
    public string? Sku { get; init; }

    /// <summary>Only this programme.</summary>
    public string? Programme { get; init; }

    /// <summary>Only this tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only names that hold this text, or match it where it has a <c>*</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether all levels below are listed, not the next one alone.</summary>
    public bool AllLevels { get; init; }

    /// <summary>Page of the table, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>The instant shown, UTC milliseconds; null is now.</summary>
    public long? AsOfMs { get; init; }

    /// <summary>What was given as an instant and is none.</summary>
    public string? WrongAsOf { get; init; }

    /// <summary>Whether any filter is set: then every level below is looked at.</summary>
    public bool IsFiltered => (Kind ?? State ?? Sku ?? Programme ?? Tenant ?? Tag ?? Name) is not null;

    /// <summary>The address, relative to the base of the site.</summary>
    public string Href => PageAddress.Of(
        "./inventory", ("at", At), ("tab", Tab?.ToString().ToLowerInvariant()), ("kind", Kind), ("state", State), ("sku", Sku),
        ("programme", Programme), ("tenant", Tenant), ("tag", Tag), ("name", Name), ("levels", AllLevels ? "all" : null),
        ("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null), ("asOf", PageTime.Address(AsOfMs)));

    /// <summary>The same page at another place: filters stay behind, the instant goes along.</summary>
    public InventoryQuery To(string? path) => new() { At = path, AsOfMs = AsOfMs };

    /// <summary>Reads an instant of an address.</summary>
    public InventoryQuery WithAsOf(string? text) => PageAddress.Clean(text) is not { } given ? this with { AsOfMs = null, WrongAsOf = null }
        : PageTime.TryParse(given, out var atMs) ? this with { AsOfMs = atMs, WrongAsOf = null } : this with { AsOfMs = null, WrongAsOf = given };

    /// <summary>Reads a page number; what is none is the first.</summary>
    public static int ReadPage(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1;

    /// <summary>Reads a tab; null for what is none.</summary>
    public static InventoryTab? ReadTab(string? text) =>
        text is { Length: > 0 } && char.IsAsciiLetter(text[0]) && Enum.TryParse<InventoryTab>(text, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : null;

    /// <summary>The filter of places that it means.</summary>
    /// <param name="wrong">What it says that cannot be asked; null if all can.</param>
    public PlaceFilter ToFilter(out string? wrong)
    {
        var state = default(LifecycleState);
        wrong = State is not null && !LifecycleNames.TryParse(State, out state) ? $"{State} is no lifecycle state." : null;
        return new PlaceFilter
        {
            Kinds = Kind is null ? [] : [Kind],
            States = State is null || wrong is not null ? [] : [state],
            Skus = Sku is null ? [] : [Sku],
            Programmes = Programme is null ? [] : [Programme],
            Tenants = Tenant is null ? [] : [Tenant],
            Tags = Tag is null ? [] : [Tag],
            Names = Name is not { } name ? [] : [PlaceFilter.Glob(name.Contains('*', StringComparison.Ordinal) ? name : $"*{name[..Math.Min(name.Length, 250)]}*")],
        };
    }
}
